import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/api/client';
import { NoteKeeper, quote_of, type NoteDraft } from '../src/views/console/note_keeper';

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setup() {
  const saves: [string, number][] = [];
  const answers: (Error | undefined)[] = [];
  const stored = new Map<string, string>();
  let last: NoteDraft | undefined;
  let theirs = { text: '', version: 0 };
  const port = {
    save: async (_: string, text: string, base: number) => {
      saves.push([text, base]);
      const answer = answers.shift();
      if (answer) throw answer;
    },
    read: async () => theirs,
    changed: (_: string, draft: NoteDraft) => (last = draft),
    storage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    },
  };
  const keeper = new NoteKeeper('m', port);
  return { keeper, saves, answers, stored, port, last: () => last!, set_theirs: (t: typeof theirs) => (theirs = t) };
}

describe('NoteKeeper', () => {
  it('saves once, a moment after the last key, and counts the version on', async () => {
    const { keeper, saves, last } = setup();
    keeper.type('i', '一');
    await pass(500);
    keeper.type('i', '一是');
    await pass(800);
    keeper.type('i', '一是配强');
    await pass(800);
    expect(saves).toEqual([['一是', 0], ['一是配强', 1]]);
    expect(last().state).toBe('saved');
  });

  it('takes the newest stored text when nothing of its own is unsaved, and not otherwise', () => {
    const { keeper } = setup();
    keeper.remote('i', '甲', 3);
    expect(keeper.get('i')).toMatchObject({ text: '甲', base_version: 3 });
    keeper.type('i', '甲乙');
    keeper.remote('i', '丙', 4);
    expect(keeper.get('i').text).toBe('甲乙');
  });

  it('shows a conflict instead of writing over, and resolves it all three ways', async () => {
    for (const [how, text] of [['mine', '我的'], ['theirs', '对方的'], ['both', '对方的\n我的']] as const) {
      const { keeper, answers, saves, set_theirs } = setup();
      answers.push(new ApiError(409, ''));
      set_theirs({ text: '对方的', version: 5 });
      keeper.type('i', '我的');
      await pass(800);
      expect(keeper.get('i')).toMatchObject({ state: 'conflict', theirs: { version: 5 } });
      await pass(10_000);
      expect(saves).toHaveLength(1);
      keeper.resolve('i', how);
      await pass(0);
      expect(keeper.get('i')).toMatchObject({ text, state: 'saved', base_version: how === 'theirs' ? 5 : 6 });
    }
  });

  it('counts its own text that came first by another way as saved', async () => {
    const { keeper, answers, set_theirs } = setup();
    answers.push(new ApiError(409, ''));
    set_theirs({ text: '一样', version: 1 });
    keeper.type('i', '一样');
    await pass(800);
    expect(keeper.get('i')).toMatchObject({ state: 'saved', base_version: 1 });
  });

  it('keeps trying while the server is away, and keeps the draft over a reload', async () => {
    const { keeper, answers, saves, stored, port } = setup();
    answers.push(new ApiError(0, ''), new ApiError(0, ''));
    keeper.type('i', '草稿');
    await pass(800);
    expect(keeper.get('i').state).toBe('failed');
    expect(new NoteKeeper('m', port).get('i')).toMatchObject({ text: '草稿', state: 'dirty' });
    await pass(6000);
    expect(saves.length).toBeGreaterThanOrEqual(3);
    expect(keeper.get('i').state).toBe('saved');
    expect(stored.size).toBe(0);
  });
});

describe('the quote of a task', () => {
  const text = '一是配强网格力量；二是24小时值守。三是';
  it('is what is selected, else the last sentence before the cursor', () => {
    expect(quote_of(text, 0, 4)).toBe('一是配强');
    expect(quote_of(text, text.length, text.length)).toBe('三是');
    expect(quote_of('一。二。', 4, 4)).toBe('二');
    expect(quote_of('', 0, 0)).toBe('');
  });
});
