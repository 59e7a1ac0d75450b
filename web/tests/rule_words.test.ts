import { describe, expect, it } from 'vitest';
import type { Directory } from '../src/api/types';
import { matches, search } from '../src/lib/pinyin_match';
import { titles_of, units_of, who_of } from '../src/views/plan/rule_words';

const directory = {
  kinds: [{ key: 'village', name: '村' }, { key: 'organ', name: '机关部门' }],
  units: [
    { id: 'u1', kind: 'village', name: '东溪村', pinyin: 'dxc' },
    { id: 'u2', kind: 'village', name: '西桥村', pinyin: 'xqc' },
    { id: 'u3', kind: 'organ', name: '党政办', pinyin: 'dzb' },
  ],
  posts: [
    { id: 'p1', unit: 'u1', title: '安全干部' },
    { id: 'p2', unit: 'u2', title: '安全干部' },
    { id: 'p3', unit: 'u2', title: '河道专管员' },
    { id: 'p4', unit: 'u3', title: '主任' },
  ],
  committees: [{ name: '镇安委会', members: ['u3'] }],
  aliases: [{ name: '各村居', kinds: ['village'], units: [] }],
} as unknown as Directory;

describe('a rule', () => {
  it('names its units in words', () => {
    expect(who_of({ venue: 'main', kinds: ['village'], committees: ['镇安委会'], aliases: ['各村居'], units: ['u3'] }, directory)).toEqual(['各村居', '村', '镇安委会', '党政办']);
  });
  it('covers kinds, aliases, committees and single units, each unit once', () => {
    expect([...units_of({ venue: 'main', aliases: ['各村居'], kinds: ['village'], committees: ['镇安委会'] }, directory)].sort()).toEqual(['u1', 'u2', 'u3']);
  });
  it('offers the titles of its units with how many there are', () => {
    expect(titles_of({ venue: 'branch', kinds: ['village'] }, directory)).toEqual([{ title: '安全干部', count: 2 }, { title: '河道专管员', count: 1 }]);
    expect(titles_of({ venue: 'branch' }, directory)).toEqual([]);
  });
});

describe('search by initials', () => {
  it('finds a village by the initials of its name', () => {
    expect(search(directory.units, 'dxc').map((u) => u.name)).toEqual(['东溪村']);
    expect(search(directory.units, 'D').map((u) => u.name)).toEqual(['东溪村', '党政办']);
    expect(matches(directory.units[1]!, '桥')).toBe(true);
    expect(matches(directory.units[1]!, 'dxc')).toBe(false);
    expect(search(directory.units, '')).toHaveLength(3);
  });
});
