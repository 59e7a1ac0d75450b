import { describe, expect, it } from 'vitest';
import type { Figures } from '../src/api/types';
import en from '../src/i18n/en';
import { kRungs, line_rows, line_state, own_words, percent } from '../src/media/line_words';
import { ReceivedMeter } from '../src/media/received';

const figures = (f: Partial<Figures>): Figures => ({ venue: 'v', rtt_ms: 20, ...f }) as Figures;
const say = (f: Partial<Figures>, pinned?: (typeof kRungs)[number]) => line_state('online', figures(f), pinned);

describe('the line of a venue in words', () => {
  it('names the worst cause and its number', () => {
    expect(say({})).toEqual({ grade: 'good', say: 'ok', n: 0 });
    expect(say({ loss_up: 0.12 })).toEqual({ grade: 'poor', say: 'loss_up_poor', n: 12 });
    expect(say({ loss_down: 0.05, rtt_ms: 900 })).toEqual({ grade: 'poor', say: 'rtt_poor', n: 900 });
    expect(say({ jitter_ms: 80 })).toMatchObject({ grade: 'fair', say: 'jitter' });
    expect(say({ concealed: 0.06 })).toMatchObject({ grade: 'fair', say: 'concealed', n: 6 });
  });

  it('blames the line for a rung that nobody chose, or that is below the chosen one', () => {
    expect(say({ rung: 'sound' })).toMatchObject({ grade: 'poor', say: 'slow_sound' });
    expect(say({ rung: '180p', pinned: true }, '180p').grade).toBe('good');
    expect(say({ rung: '180p', pinned: true }, '360p')).toMatchObject({ grade: 'fair', say: 'slow_180p' });
  });

  it('says when there is no line', () => {
    expect(line_state('offline', figures({})).grade).toBe('offline');
    expect(line_state('reconnecting', figures({})).grade).toBe('away');
    expect(line_state('online', undefined).grade).toBe('unknown');
  });

  it('tells a branch only what it notices', () => {
    expect(own_words(figures({ rung: '720p' }))).toBeUndefined();
    expect(own_words(figures({ rung: '360p' }))).toBeUndefined();
    expect(own_words(figures({ rung: '180p' }))?.key).toBe('venue.rung.180p');
    expect(own_words(figures({ rung: 'sound', pinned: true }), 'sound')).toEqual({ key: 'venue.rung_pinned', rung: 'sound' });
    expect(percent(0.004)).toBe(0.4);
  });

  it('has a text for every key that is put together', () => {
    const has = (path: string) => path.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], en);
    const all = line_rows(figures({ rung: '720p', loss_up: 0.2, loss_down: 0.05, jitter_ms: 90, estimate_kbps: 900, freezes: 1, concealed: 0.1, sending_layers: 0, since_keyframe_ms: 900 }))
      .concat(line_rows(figures({ rtt_ms: 500, concealed: 0, sending_layers: 2 })), line_rows(figures({ rtt_ms: 900 })));
    for (const r of all) for (const key of [`lines.figures.${r.figure}`, `lines.value.${r.value}`, `lines.means.${r.means}`]) expect([key, typeof has(key)]).toEqual([key, 'string']);
    for (const rung of kRungs) for (const key of ['rung', 'pin_means', 'means.rung']) expect(typeof has(`lines.${key}.${rung}`)).toBe('string');
    for (const key of ['180p', 'content', 'sound']) expect([typeof has(`lines.say.slow_${key}`), typeof has(`venue.rung.${key}`)]).toEqual(['string', 'string']);
    for (const way of ['up', 'down']) for (const level of ['fair', 'poor']) expect(typeof has(`lines.say.loss_${way}_${level}`)).toBe('string');
  });
});

describe('what a page received', () => {
  it('is summed over its streams; missing sound counts since the last report and without silence', () => {
    const meter = new ReceivedMeter();
    const report = (samples: number, concealed: number) =>
      new Map<string, object>([
        ['v', { type: 'inbound-rtp', freezeCount: 2, totalFreezesDuration: 0.75 }],
        ['w', { type: 'inbound-rtp', freezeCount: 1, totalFreezesDuration: 0.25 }],
        ['a', { type: 'inbound-rtp', totalSamplesReceived: samples, concealedSamples: concealed, silentConcealedSamples: 100 }],
      ]) as unknown as RTCStatsReport;
    expect(meter.read(report(1000, 100))).toEqual({ freezes: 3, frozen_ms: 1000, concealed: 0 });
    expect(meter.read(report(2000, 200)).concealed).toBe(0.1);
  });
});
