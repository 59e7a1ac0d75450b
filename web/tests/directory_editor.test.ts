// Holders of a post as the page changes them.
import { describe, expect, it } from 'vitest';
import type { Directory, Post, Unit } from '../src/api/types';
import { day_before, end_tenure, running_tenure, today, unit_matches } from '../src/views/directory/directory_editor';

const post = (tenures: Post['tenures']): Post => ({
  id: 'p', unit: 'u', title: '安全干部', rank: 1, town_leader: false, party_head: false, admin_head: false, head: false,
  holder_state: 'held', holder: 'a', unheld: 'unregistered', tenures,
});

describe('holders', () => {
  it('ends the running tenure the day before', () => {
    const ended = end_tenure(post([{ person: 'a', from: '2020-01-01' }]), '2020-05-01');
    expect(ended.tenures).toEqual([{ person: 'a', from: '2020-01-01', until: '2020-04-30' }]);
  });
  it('takes out a tenure that would end before it begins', () => {
    expect(end_tenure(post([{ person: 'a', from: '2020-05-01' }]), '2020-05-01').tenures).toEqual([]);
  });
  it('leaves past and future tenures', () => {
    const tenures = [{ person: 'a', until: '2020-01-01' }, { person: 'b', from: '2999-01-01' }];
    expect(end_tenure(post(tenures), '2020-05-01').tenures).toEqual(tenures);
    expect(running_tenure(post(tenures), today())).toBeUndefined();
  });
  it('counts days over months', () => expect(day_before('2020-03-01')).toBe('2020-02-29'));
});

describe('search', () => {
  const unit: Unit = { id: 'u', kind: 'village', name: '东溪村', pinyin: 'dxc', order: 1, closed: false };
  const directory = { persons: [{ id: 'a', name: '张三', pinyin: 'zs' }] } as Directory;
  it('finds a unit by initials, post and holder', () => {
    for (const typed of ['dxc', '东溪', '安全', '张', 'zs', '']) expect(unit_matches(unit, directory, [post([])], typed)).toBe(true);
    expect(unit_matches(unit, directory, [post([])], 'xqc')).toBe(false);
  });
});
