import { describe, expect, it } from 'vitest';
import { loss_text } from '../src/lib/readiness';
import { prompt_at } from '../src/lib/state_prompt';
import { rules_from, rules_to, type Rule } from '../src/lib/tile_rules';
import { loss_of } from '../src/media/loss_test';

describe('the prompt with the state of attendance', () => {
  const start = Date.parse('2020-05-27T01:00:00Z');
  const at = (minutes: number) => prompt_at(start + minutes * 60_000, start);
  it('comes ten minutes before, at the start and ten minutes after, and not much later', () => {
    expect([at(-11), at(-10), at(-3), at(-1), at(0), at(7), at(9), at(10), at(17), at(30)]).toEqual([
      undefined, 'before', 'before', undefined, 'start', 'start', undefined, 'after', 'after', undefined,
    ]);
  });
  it('needs a clock time', () => expect(prompt_at(start, undefined)).toBeUndefined());
});

describe('rules of the wall kept with the meeting', () => {
  const old = [{ id: 'm', kind: 'main', units: ['u1'] }, { id: 'a', kind: 'branch', units: ['u1'] }, { id: 'b', kind: 'branch', units: ['u2'] }];
  const next = old.map((v) => ({ ...v, id: `${v.id}2` }));
  const rules: (Rule | undefined)[] = [{ kind: 'fixed', venue: 'b' }, undefined, { kind: 'voice' }, { kind: 'fixed', venue: 'm' }];
  it('name rooms by unit, so that the next meeting finds its own', () => {
    const stored = rules_to(rules, old);
    expect(stored).toEqual([{ kind: 'fixed', unit: 'u2' }, { kind: 'paged' }, { kind: 'voice' }, { kind: 'fixed' }]);
    expect(rules_from(stored, old)).toEqual(rules);
    expect(rules_from(stored, next)[0]).toEqual({ kind: 'fixed', venue: 'b2' });
  });
  it('leave out a unit that has no room here', () => expect(rules_from([{ kind: 'fixed', unit: 'u9' }], old)).toEqual([undefined]));
});

describe('what a line loses', () => {
  it('counts each way; what went missing upwards is not counted downwards again', () => {
    expect(loss_of([
      { type: 'outbound-rtp', packetsSent: 200 },
      { type: 'remote-inbound-rtp', packetsLost: 4 },
      { type: 'inbound-rtp', packetsReceived: 190, packetsLost: 10 },
    ])).toEqual({ loss_up_permille: 20, loss_down_permille: 30 });
    expect(loss_of([])).toEqual({});
  });
  it('is written in per cent', () => {
    expect(loss_text({ loss_up_permille: 15, loss_down_permille: 0 })).toBe('1.5/0 %');
    expect(loss_text({})).toBe('');
  });
});
