// Clashing seats told by title: 37 safety officers, then who sits alone under a title.
import type { MeetingClash } from '../../api/types';

type ClashSeat = MeetingClash['clashes'][number];
export interface ClashGroup {
  title: string;
  seats: ClashSeat[];
  words: string;  // unit and title
}

// The most frequent titles first; equal ones in the order of the list.
export function by_title(seats: ClashSeat[]): ClashGroup[] {
  const groups = new Map<string, ClashSeat[]>();
  for (const seat of seats) groups.set(seat.title, [...(groups.get(seat.title) ?? []), seat]);
  return [...groups]
    .map(([title, of]) => ({ title, seats: of, words: `${of[0]!.unit_name}${title}` }))
    .sort((a, b) => b.seats.length - a.seats.length);
}
