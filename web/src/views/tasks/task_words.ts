// A task's due, light and flags in words; the office's day comes from the server when a test clock is set.
import { get } from '../../api/client';
import type { Task } from '../../api/types';
import { i18n, type AppLocale } from '../../i18n';
import { days_between, local_date, office_date } from '../../lib/office_date';
import { useSession } from '../../stores/session';

export async function office_today(): Promise<string> {
  if (!useSession().me?.test_clock) return local_date(new Date());
  try {
    return local_date(new Date((await get<{ now: string }>('/admin/test-clock')).now));
  } catch {
    return local_date(new Date());
  }
}

export function due_words(due: string | null | undefined, today: string): string {
  const t = i18n.global.t;
  if (!due) return t('tasks.no_due');
  const left = days_between(today, due);
  if (left === 0) return t('tasks.today');
  return left > 0 ? t('tasks.left', { n: left }) : t('tasks.passed', { n: -left });
}

export const due_date = (due: string | null | undefined): string =>
  due ? office_date(due, i18n.global.locale.value as AppLocale) : i18n.global.t('tasks.no_due');

export const light_pill = (light: Task['light']): string => ({ none: '', green: 'info', yellow: 'warn', red: 'red' })[light];

export const is_done = (x: Pick<Task, 'state'>): boolean => ['finished', 'struck_off', 'archived'].includes(x.state);
// The words are the state, the colour is the light.
export const state_pill = (x: Pick<Task, 'state' | 'light'>): string => (is_done(x) ? 'ok' : light_pill(x.light));

// A task for a group is as far as its units are.
export function shown_state(x: Pick<Task, 'state' | 'children'>): Task['state'] {
  if (!x.children || x.state === 'withdrawn') return x.state;
  return x.children.done + x.children.waived >= x.children.all ? 'finished' : 'in_progress';
}

export interface Flag { text: string; kind: string }
export function task_flags(x: Task): Flag[] {
  const t = i18n.global.t;
  const flags: Flag[] = [];
  const add = (yes: unknown, text: string, kind = '') => void (yes && flags.push({ text, kind }));
  add(x.urgent, t('detail.urgent'), 'red');
  add(x.important, t('detail.important'), 'info');
  add(x.overdue, t('board.overdue', { n: -(x.days_left ?? 0) }), 'red');
  add(x.light === 'yellow' && x.days_left != null && x.days_left >= 0 && x.days_left <= 3, x.days_left === 0 ? t('tasks.today') : t('tasks.left', { n: x.days_left ?? 0 }), 'warn');
  add(x.late, t('board.late'), 'warn');
  add(x.sign_late && x.state === 'issued', t('board.sign_late'), 'warn');
  add(x.missing_reports, t('board.missing', { n: x.missing_reports }), 'warn');
  add(x.with_office && !x.reassign_asked && !x.extension_asked, t('board.with'), '');
  add(x.reassign_asked, t('board.reassign'), 'warn');
  add(x.extension_asked, t('board.extension', { date: due_date(x.extension_asked) }), 'warn');
  add(x.returns, t('board.returns', { n: x.returns }));
  add(x.urged, t('board.urged', { n: x.urged }));
  add(x.waived, t('board.waived'));
  add(x.children, t('board.children', { done: (x.children?.done ?? 0) + (x.children?.waived ?? 0), all: x.children?.all ?? 0 }), 'info');
  return flags;
}

// Calls back when some task changed, while the page is seen; the answer is a number, so asking is cheap.
export function watch_pulse(changed: () => void, every = 5000): () => void {
  let last: number | undefined;
  const ask = async () => {
    if (document.hidden) return;
    const now = (await get<{ changes: number }>('/tasks/pulse', { retry: false }).catch(() => undefined))?.changes;
    if (now === undefined) return;
    if (last !== undefined && now !== last) changed();
    last = now;
  };
  void ask();
  const timer = setInterval(() => void ask(), every);
  return () => clearInterval(timer);
}
