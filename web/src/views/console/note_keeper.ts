// Notes per agenda item: saved by themselves a moment after the last key, never over somebody else's text. A draft that
// is not saved yet outlives a reload of the page.
import { ApiError } from '../../api/client';

export type NoteState = 'saved' | 'dirty' | 'saving' | 'failed' | 'conflict';
export interface NoteDraft {
  text: string;
  base_version: number;
  state: NoteState;
  saved_at?: number;
  theirs?: { text: string; version: number }; // in a conflict
}
export interface NotePort {
  save(item: string, text: string, base_version: number): Promise<void>;
  read(item: string): Promise<{ text: string; version: number }>;
  changed(item: string, draft: NoteDraft): void;
  storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

export const kSaveDelayMs = 800;
export const kRetryMs = 3000;

export class NoteKeeper {
  private readonly drafts = new Map<string, NoteDraft>();
  private readonly in_flight = new Set<string>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly meeting: string, private readonly port: NotePort) {}

  get(item: string): NoteDraft {
    let draft = this.drafts.get(item);
    if (!draft) {
      draft = this.stored(item) ?? { text: '', base_version: 0, state: 'saved' };
      this.drafts.set(item, draft);
      if (draft.state === 'dirty') this.later(item, kSaveDelayMs);
    }
    return draft;
  }

  // The stored note, from the live socket.
  remote(item: string, text: string, version: number): void {
    const draft = this.get(item);
    if (version <= draft.base_version || draft.state !== 'saved') return;
    this.set(item, { ...draft, text, base_version: version });
  }

  type(item: string, text: string): void {
    const draft = this.get(item);
    this.set(item, { ...draft, text, state: draft.state === 'conflict' ? 'conflict' : 'dirty' });
    if (draft.state !== 'conflict') this.later(item, kSaveDelayMs);
  }

  async flush(item: string): Promise<void> {
    clearTimeout(this.timers.get(item));
    const draft = this.get(item);
    if ((draft.state !== 'dirty' && draft.state !== 'failed') || this.in_flight.has(item)) return;
    this.in_flight.add(item);
    const sent = draft.text;
    this.set(item, { ...draft, state: 'saving' });
    try {
      await this.port.save(item, sent, draft.base_version);
      this.in_flight.delete(item);
      const now = this.get(item);
      const more = now.text !== sent;
      this.set(item, { text: now.text, base_version: draft.base_version + 1, state: more ? 'dirty' : 'saved', saved_at: Date.now() });
      if (more) this.later(item, kSaveDelayMs);
    } catch (error) {
      this.in_flight.delete(item);
      await this.not_saved(item, error);
    }
  }

  resolve(item: string, how: 'mine' | 'theirs' | 'both'): void {
    const draft = this.get(item);
    if (!draft.theirs) return;
    const { text, version } = draft.theirs;
    const merged = how === 'theirs' ? text : how === 'mine' ? draft.text : `${text}\n${draft.text}`;
    this.set(item, { text: merged, base_version: version, state: merged === text ? 'saved' : 'dirty', saved_at: draft.saved_at });
    if (merged !== text) this.later(item, 0);
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private async not_saved(item: string, error: unknown): Promise<void> {
    const draft = this.get(item);
    if (error instanceof ApiError && error.status === 409) {
      const theirs = await this.port.read(item).catch(() => undefined);
      if (theirs && theirs.text === draft.text) {
        // The same text came first by another way, such as a retry after a cut.
        this.set(item, { text: draft.text, base_version: theirs.version, state: 'saved', saved_at: Date.now() });
        return;
      }
      if (theirs) {
        this.set(item, { ...draft, state: 'conflict', theirs });
        return;
      }
    }
    this.set(item, { ...draft, state: 'failed' });
    this.later(item, kRetryMs);
  }

  private later(item: string, ms: number): void {
    clearTimeout(this.timers.get(item));
    this.timers.set(item, setTimeout(() => void this.flush(item), ms));
  }

  private set(item: string, draft: NoteDraft): void {
    this.drafts.set(item, draft);
    const key = this.key(item);
    if (draft.state === 'saved') this.port.storage?.removeItem(key);
    else this.port.storage?.setItem(key, JSON.stringify({ text: draft.text, base_version: draft.base_version }));
    this.port.changed(item, draft);
  }

  private key(item: string): string {
    return `huiban.note.${this.meeting}.${item}`;
  }

  private stored(item: string): NoteDraft | undefined {
    const text = this.port.storage?.getItem(this.key(item));
    if (!text) return undefined;
    try {
      return { ...(JSON.parse(text) as { text: string; base_version: number }), state: 'dirty' };
    } catch {
      return undefined;
    }
  }
}

// The sentence a task is marked from: what is selected, else the last one written.
export function quote_of(text: string, from: number, to: number): string {
  if (to > from) return text.slice(from, to).trim();
  const sentences = text.slice(0, to || undefined).split(/[\n\u3002\uff1b;]/).map((s) => s.trim()).filter(Boolean);
  return sentences[sentences.length - 1] ?? '';
}
