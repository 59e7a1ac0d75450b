// The result of a roll call as rows and numbers.
import type { RollCall } from '../api/types';

export type RollRow = RollCall['rows'][string] & { id: string };

export function roll_rows(call: RollCall | undefined): RollRow[] {
  return Object.entries(call?.rows ?? {})
    .map(([id, row]) => ({ ...row, id }))
    .sort((a, b) => a.order - b.order);
}

export function roll_counts(call: RollCall | undefined) {
  const counts = { of: 0, answered: 0, silent: 0, waiting: 0 };
  for (const row of Object.values(call?.rows ?? {})) {
    counts.of += 1;
    if (row.outcome === 'answered') counts.answered += 1;
    else if (row.outcome === 'waiting' && row.round === 0) counts.waiting += 1;
    else if (row.outcome !== 'waiting') counts.silent += 1;
  }
  return counts;
}

export const roll_running = (call: RollCall | undefined): boolean => Boolean(call && !call.ended_at);

// Seconds until the called venue's time is up, 0 at least.
export function roll_left(call: RollCall | undefined, now: number): number {
  if (!call?.called_at) return 0;
  return Math.max(0, Math.ceil(call.answer_within_s - (now - Date.parse(call.called_at)) / 1000));
}
