import { describe, expect, it } from 'vitest';
import { merge_patch } from '../src/api/merge_patch';

describe('merge_patch (RFC 7396)', () => {
  // The examples of the RFC's appendix A.
  const cases: [unknown, unknown, unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  it.each(cases)('%j patched with %j', (target, patch, result) => {
    expect(merge_patch(target, patch)).toEqual(result);
  });

  it('changes neither the old state nor the identity of what the patch does not touch', () => {
    const before = { floor: ['a'], seats: { s1: { status: 'expected' }, s2: { status: 'expected' } } };
    const after = merge_patch(before, { seats: { s1: { status: 'present' } } });
    expect(before.seats.s1.status).toBe('expected');
    expect(after.seats.s1.status).toBe('present');
    expect(after.seats.s2).toBe(before.seats.s2);
    expect(after.floor).toBe(before.floor);
  });
});
