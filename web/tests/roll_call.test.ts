import { describe, expect, it } from 'vitest';
import type { RollCall } from '../src/api/types';
import { roll_counts, roll_left, roll_rows, roll_running } from '../src/lib/roll_call';

const row = (order: number, outcome: 'waiting' | 'answered' | 'no_answer' | 'skipped', round: number) => ({ order, outcome, round, still: false });
const call: RollCall = {
  started_at: '2020-05-27T01:00:00.000Z', stopped: false, answer_within_s: 15, rounds: 2, round: 1, current: 'c', called_at: '2020-05-27T01:01:00.000Z',
  rows: { d: row(4, 'waiting', 0), a: row(1, 'answered', 1), c: row(3, 'waiting', 1), b: row(2, 'no_answer', 1), e: row(5, 'skipped', 1) },
};
const at = (seconds: number) => Date.parse('2020-05-27T01:01:00.000Z') + seconds * 1000;

describe('roll call', () => {
  it('lists rows in the order of calling', () => {
    expect(roll_rows(call).map((r) => r.id)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(roll_rows(undefined)).toEqual([]);
  });
  it('counts the called one neither as silent nor as to come', () => {
    expect(roll_counts(call)).toEqual({ of: 5, answered: 1, silent: 2, waiting: 1 });
  });
  it('counts down to nothing', () => {
    expect([roll_left(call, at(0)), roll_left(call, at(4.2)), roll_left(call, at(99)), roll_left({ ...call, called_at: undefined }, at(0))]).toEqual([15, 11, 0, 0]);
  });
  it('runs until it has an end', () => {
    expect([roll_running(undefined), roll_running(call), roll_running({ ...call, ended_at: call.started_at })]).toEqual([false, true, false]);
  });
});
