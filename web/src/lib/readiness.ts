// The readiness board: which venue is in which state, and whom to call first.
import type { LiveVenue } from '../api/types';

export type Grade = 'green' | 'amber' | 'red' | 'none';
export interface Room extends LiveVenue { id: string }

// A test from before the window says nothing of today's room.
export const kWindowMs = 60 * 60_000;
export function grade_of(venue: Room, start?: number): Grade {
  const test = venue.readiness;
  if (!test || (start !== undefined && Date.parse(test.at) < start - kWindowMs)) return 'none';
  return test.grade;
}
export const is_old = (venue: Room, start?: number): boolean => Boolean(venue.readiness) && grade_of(venue, start) === 'none';

const kUrgency: Record<Grade, number> = { red: 0, none: 1, amber: 2, green: 3 };
// Red first, then those never heard of, then amber; within each in office order. Green is not called.
export function to_call(venues: Room[], start?: number): Room[] {
  return venues
    .filter((v) => grade_of(v, start) !== 'green')
    .sort((a, b) => kUrgency[grade_of(a, start)] - kUrgency[grade_of(b, start)] || a.order - b.order);
}
export function grade_counts(venues: Room[], start?: number): Record<Grade, number> {
  const counts = { green: 0, amber: 0, red: 0, none: 0 };
  for (const venue of venues) counts[grade_of(venue, start)] += 1;
  return counts;
}

// Missing sound both ways in per cent, "0/1.5 %"; empty when it was not measured.
export function loss_text(test: { loss_up_permille?: number; loss_down_permille?: number }): string {
  if (test.loss_up_permille == null && test.loss_down_permille == null) return '';
  const part = (permille: number | undefined) => (permille == null ? '—' : String(permille / 10));
  return `${part(test.loss_up_permille)}/${part(test.loss_down_permille)} %`;
}
