import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveClient, type LiveHandlers } from '../src/api/live';
import type { LiveState } from '../src/api/types';

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  opened() {
    this.readyState = 1;
    this.onopen?.();
  }
  says(message: unknown) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  cut(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const state = (present: number) => ({ totals: { present } }) as unknown as LiveState;
const last = () => FakeSocket.all[FakeSocket.all.length - 1]!;

function client(token?: string, extra: Partial<LiveHandlers> = {}) {
  const seen = { states: [] as [number, number][], links: [] as [boolean, boolean][], slots: [] as unknown[], reasons: [] as string[], refused: 0 };
  const live = new LiveClient(
    { meeting: 'm1', token: () => token, open: (url) => new FakeSocket(url) as unknown as WebSocket },
    {
      state: (s, seq) => seen.states.push([s.totals.present, seq]),
      link: (up, resumed) => seen.links.push([up, resumed]),
      slot: (slot, venue) => seen.slots.push([slot, venue]),
      goodbye: (reason) => seen.reasons.push(reason),
      refused: () => (seen.refused += 1),
      ...extra,
    },
  );
  live.start();
  return { live, seen };
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('LiveClient', () => {
  it('takes the snapshot, then patches by number, and skips repeats', () => {
    const { seen } = client();
    last().opened();
    last().says({ t: 'snapshot', seq: 7, now: '2020-05-27T01:00:00Z', state: state(1) });
    last().says({ t: 'delta', seq: 8, patch: { totals: { present: 2 } } });
    last().says({ t: 'delta', seq: 7, patch: { totals: { present: 9 } } });
    last().says({ t: 'advance', seq: 12 });
    last().says({ t: 'delta', seq: 11, patch: { totals: { present: 9 } } });
    expect(seen.states).toEqual([[1, 7], [2, 8]]);
  });

  it('takes what changed without an event under the number it has', () => {
    const { seen } = client();
    last().opened();
    last().says({ t: 'snapshot', seq: 7, state: state(1) });
    last().says({ t: 'delta', seq: 7, patch: { totals: { present: 3 } } });
    expect(seen.states).toEqual([[1, 7], [3, 7]]);
  });

  it('resumes after a cut from the last number, with growing pauses up to 2 s', () => {
    const { seen } = client();
    last().opened();
    last().says({ t: 'snapshot', seq: 7, state: state(1) });
    last().says({ t: 'advance', seq: 9 });
    last().cut();
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(300);
    expect(last().url).toContain('after=9');
    for (const pause of [600, 1000, 1000, 1000]) {
      last().cut();
      vi.advanceTimersByTime(pause - 1);
      const before = FakeSocket.all.length;
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all.length).toBe(before + 1);
    }
    last().opened();
    last().says({ t: 'snapshot', seq: 30, state: state(5) });
    expect(seen.links).toEqual([[true, false], [false, false], [true, true]]);
    expect(seen.states[seen.states.length - 1]).toEqual([5, 30]);
  });

  it('counts an opened socket as resumed even when nothing has happened meanwhile', () => {
    const { seen } = client();
    last().opened();
    last().says({ t: 'snapshot', seq: 7, state: state(1) });
    last().cut();
    vi.advanceTimersByTime(300);
    last().opened();
    expect(seen.links).toEqual([[true, false], [false, false], [true, true]]);
  });

  it('asks for a snapshot again when resuming is answered by silence', () => {
    client();
    last().opened();
    last().says({ t: 'snapshot', seq: 7, state: state(1) });
    last().cut();
    for (let i = 0; i < 3; i += 1) {
      vi.advanceTimersByTime(2000);
      last().opened();
      last().cut();
    }
    vi.advanceTimersByTime(2000);
    expect(last().url).not.toContain('after=');
  });

  it('sends the token first, then the media session, and says so in the address', () => {
    const { live } = client('secret');
    expect(last().url).toContain('auth=token');
    expect(last().url).not.toContain('secret');
    last().opened();
    last().says({ t: 'snapshot', seq: 1, state: state(0) });
    live.set_peer('p1');
    expect(last().sent).toEqual([{ t: 'auth', token: 'secret' }, { t: 'peer', id: 'p1' }]);
    last().cut();
    vi.advanceTimersByTime(300);
    last().opened();
    expect(last().sent).toEqual([{ t: 'auth', token: 'secret' }, { t: 'peer', id: 'p1' }]);
  });

  it('stops for good when refused, taken over or ended', () => {
    const first = client();
    last().cut(4401);
    vi.advanceTimersByTime(10_000);
    expect(first.seen.refused).toBe(1);
    expect(FakeSocket.all).toHaveLength(1);

    const second = client();
    last().opened();
    last().says({ t: 'snapshot', seq: 1, state: state(0) });
    last().says({ t: 'goodbye', reason: 'taken_over' });
    last().cut();
    vi.advanceTimersByTime(10_000);
    expect(second.seen.reasons).toEqual(['taken_over']);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('comes back after a shutdown, and opens at once when kicked', () => {
    const { live, seen } = client();
    last().opened();
    last().says({ t: 'snapshot', seq: 1, state: state(0) });
    last().says({ t: 'goodbye', reason: 'shutdown' });
    last().cut();
    expect(seen.reasons).toEqual(['shutdown']);
    live.kick();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('gives up on a socket that does not open within 4 s', () => {
    client();
    vi.advanceTimersByTime(4000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('hands on slots, also empty ones', () => {
    const { seen } = client();
    last().opened();
    last().says({ t: 'snapshot', seq: 1, state: state(0) });
    last().says({ t: 'slot', slot: 'stage_main', venue: 'v1' });
    last().says({ t: 'slot', slot: 'stage_main', venue: null });
    expect(seen.slots).toEqual([['stage_main', 'v1'], ['stage_main', null]]);
  });
});
