// Changes of the directory from the page: one request each, with undo of the last one at hand.
import { computed, ref } from 'vue';
import { command, get, new_key } from '../../api/client';
import type { Directory, DirectoryPatch, Post, Unit } from '../../api/types';
import { local_date } from '../../lib/office_date';
import { matches } from '../../lib/pinyin_match';
import { attempt } from '../../lib/tell';
import { useDirectory } from '../../stores/directory';
import { useSession } from '../../stores/session';

export interface Contacts { persons: Record<string, string>; posts: Record<string, string> }
export interface Done { seq: number; what: string; undone: boolean }

const last = ref<Done>();
const contacts = ref<Contacts>();

export function use_directory_editor() {
  const directory = useDirectory();
  const session = useSession();
  const may_edit = computed(() => session.role === 'secretary');

  // The secretary's numbers in full; everybody else has the masked ones of the directory.
  async function load(): Promise<void> {
    await directory.reload();
    if (may_edit.value) contacts.value = await get<Contacts>('/directory/contacts');
  }
  async function save(patch: DirectoryPatch, what: string): Promise<boolean> {
    const answer = await attempt(() => command<{ seq: number }>('POST', '/directory/changes', { base_seq: directory.data?.seq, ...patch }));
    await attempt(load);
    if (answer) last.value = { seq: answer.seq, what, undone: false };
    return answer !== undefined;
  }
  async function undo(seq: number, what: string): Promise<boolean> {
    const answer = await attempt(() => command<{ seq: number }>('POST', '/directory/undo', { seq }));
    await attempt(load);
    if (answer) last.value = { seq: answer.seq, what, undone: true };
    return answer !== undefined;
  }
  return { directory, may_edit, contacts, last, load, save, undo };
}

export const copy_of = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
export const make_id = new_key;

export function day_before(day: string): string {
  const at = new Date(`${day}T12:00:00`);
  at.setDate(at.getDate() - 1);
  return local_date(at);
}
export const today = () => local_date(new Date());

export const running_tenure = (post: Post, day: string) => post.tenures.find((x) => (!x.from || x.from <= day) && (!x.until || x.until >= day));

// The post with its running tenure ended the day before; one that began that day or later is taken out.
export function end_tenure(post: Post, first_day: string): Post {
  const running = running_tenure(post, today());
  if (!running) return post;
  const until = day_before(first_day);
  const tenures = post.tenures.filter((x) => x !== running || !x.from || x.from <= until).map((x) => (x === running ? { ...x, until } : x));
  return { ...post, tenures };
}

// A unit is found by its name, its initials, its posts, and who holds them.
export function unit_matches(unit: Unit, directory: Directory, posts: Post[], typed: string): boolean {
  if (matches(unit, typed)) return true;
  return posts.some((post) => {
    const person = directory.persons.find((p) => p.id === post.holder);
    return matches({ name: post.title }, typed) || (person !== undefined && matches(person, typed));
  });
}
