import { describe, expect, it } from 'vitest';
import { grade_counts, grade_of, is_old, to_call, type Room } from '../src/lib/readiness';
import { chirp, find_echo } from '../src/media/echo_test';
import { browser_words, kbps, level_dbov } from '../src/media/self_test';

const start = Date.parse('2020-05-27T01:00:00Z');
const room = (order: number, grade?: 'green' | 'amber' | 'red', at = '2020-05-27T00:30:00Z'): Room =>
  ({ id: String(order), name: String(order), kind: 'branch', order, presence: 'offline', ...(grade ? { readiness: { at, grade, causes: [] } } : {}) }) as unknown as Room;

describe('readiness board', () => {
  const rooms = [room(1, 'green'), room(2, 'amber'), room(3, 'red'), room(4), room(5, 'green', '2020-05-26T09:00:00Z'), room(6, 'red')];
  it('a test of yesterday counts for nothing', () => {
    expect([grade_of(rooms[4]!, start), is_old(rooms[4]!, start), is_old(rooms[3]!, start)]).toEqual(['none', true, false]);
  });
  it('calls red rooms first, then unknown ones, then amber, never green', () => {
    expect(to_call(rooms, start).map((r) => r.order)).toEqual([3, 6, 4, 5, 2]);
  });
  it('counts', () => expect(grade_counts(rooms, start)).toEqual({ green: 1, amber: 1, red: 2, none: 2 }));
});

describe('echo by chirp', () => {
  const rate = 48_000;
  const heard = (delay_ms: number, gain: number, noise: number, lead_ms = 400) => {
    const out = new Float32Array(rate * 1.5);
    let seed = 7;
    for (let i = 0; i < out.length; ++i) out[i] = noise * (((seed = (seed * 16807) % 2147483647) / 2147483647) * 2 - 1);
    const sweep = chirp(rate);
    const from = Math.round(((lead_ms + delay_ms) / 1000) * rate);
    for (let i = 0; i < sweep.length; ++i) out[from + i]! += sweep[i]! * gain;
    return find_echo(out, rate, lead_ms);
  };
  it('finds delay and loss', () => {
    for (const [delay, gain, db] of [[180, 0.25, 12], [35, 0.0631, 24], [600, 0.5, 6]] as const) {
      const echo = heard(delay, gain, 0.002)!;
      expect(Math.abs(echo.delay_ms - delay)).toBeLessThanOrEqual(1);
      expect(Math.abs(echo.loss_db - db)).toBeLessThanOrEqual(1);
    }
  });
  it('hears it through the noise of a room', () => expect(Math.abs(heard(120, 0.1, 0.05)!.delay_ms - 120)).toBeLessThanOrEqual(2));
  it('silence, and noise alone, are no echo', () => {
    expect(heard(100, 0, 0)).toBeUndefined();
    expect(heard(100, 0, 0.1)).toBeUndefined();
  });
});

describe('self-test', () => {
  it('gives the meter in dBov and lines in kbit/s', () => {
    expect([level_dbov(0), level_dbov(0.5), level_dbov(1)]).toEqual([-127, -30, 0]);
    expect([kbps(150_000, [1200, 800]), kbps(150_000, [])]).toEqual([1500, 0]);
  });
  it('names the browser in a few words', () => {
    expect(browser_words('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36')).toBe('Chrome 120 · Windows');
    expect(browser_words('?')).toBe('');
  });
});
