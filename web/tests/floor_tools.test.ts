import { describe, expect, it } from 'vitest';
import { item_clock } from '../src/lib/speaking_time';
import { rule_pages, wall_tiles, type Rule, type WallFacts } from '../src/lib/tile_rules';
import { remembered_consent } from '../src/views/venue/consent';

const start = '2020-05-27T01:00:00.000Z';
const after = (s: number) => item_clock({ started_at: start, planned_minutes: 3 }, Date.parse(start) + s * 1000);

describe('clock of a speaker', () => {
  it('counts down, warns in the last minute, goes over', () => {
    expect([after(0), after(119), after(120), after(180), after(200)]).toEqual([
      { left: 180, mood: 'plenty' }, { left: 61, mood: 'plenty' }, { left: 60, mood: 'soon' }, { left: 0, mood: 'soon' }, { left: -20, mood: 'over' },
    ]);
  });
  it('is none without planned minutes or before the item', () => {
    expect(item_clock({ started_at: start, planned_minutes: 0 }, 0)).toBeUndefined();
    expect(item_clock({ planned_minutes: 5 }, 0)).toBeUndefined();
  });
});

describe('tile rules', () => {
  const facts: WallFacts = { order: ['a', 'b', 'c', 'd', 'e', 'f'], levels: { c: -30, d: -33, a: -80 }, next: ['x', 'e'], worst: ['c', 'f'] };
  const rules: (Rule | undefined)[] = [{ kind: 'fixed', venue: 'b' }, { kind: 'voice' }, { kind: 'next' }, { kind: 'worst' }, undefined];
  it('gives each tile what its rule says and shows nobody twice', () => {
    expect(wall_tiles(rules, facts, 0, 5, [])).toEqual(['b', 'c', 'e', 'f', 'a']);
    expect(wall_tiles(rules, facts, 1, 5, [])).toEqual(['b', 'c', 'e', 'f', 'd']);
    expect(rule_pages(rules, 6, 5)).toBe(2);
  });
  it('keeps a voice until somebody is clearly louder', () => {
    expect(wall_tiles(rules, facts, 0, 5, [undefined, 'd'])[1]).toBe('d');
    expect(wall_tiles(rules, { ...facts, levels: { c: -26, d: -33 } }, 0, 5, [undefined, 'd'])[1]).toBe('c');
  });
  it('without rules it turns pages in order', () => {
    expect(wall_tiles([], facts, 1, 4, [])).toEqual(['e', 'f', undefined, undefined]);
    expect(rule_pages([], 6, 4)).toBe(2);
  });
});

describe('consent to the microphone', () => {
  it('a phone is asked each time unless its owner said otherwise', () => {
    expect([remembered_consent(null, true), remembered_consent(null, false), remembered_consent('room', true), remembered_consent('phone', false)]).toEqual([false, true, true, false]);
  });
});
