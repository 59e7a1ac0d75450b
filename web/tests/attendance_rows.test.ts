import { describe, expect, it } from 'vitest';
import type { SeatRow } from '../src/stores/live';
import { by_kind, unit_rows } from '../src/views/console/attendance_rows';

const seat = (id: string, unit: string, kind: string, venue_kind: 'main' | 'branch', status: string): SeatRow =>
  ({ id, unit, unit_name: unit, unit_kind: kind, title: id, venue: 'v', venue_kind, order: 0, status }) as SeatRow;

const seats = [
  seat('党总支书记', '东溪村', 'village', 'main', 'present'),
  seat('安全干部', '东溪村', 'village', 'branch', 'present'),
  seat('河道专管员', '东溪村', 'village', 'branch', 'expected'),
  seat('卫生干部', '东溪村', 'village', 'branch', 'vacant'),
  seat('行政负责人', '新苑居民区', 'residential', 'branch', 'present'),
];

describe('attendance by unit', () => {
  it('shows a unit that sits in both venues with both counts', () => {
    const [village] = unit_rows(seats);
    expect(village).toMatchObject({ main: { present: 1, of: 1 }, branch: { present: 1, of: 2 } });
    expect(village!.missing.map((s) => s.title)).toEqual(['河道专管员']);
  });
  it('does not count vacant posts as persons', () => {
    expect(unit_rows(seats)[0]!.seats).toHaveLength(3);
  });
  it('sums up by kind of unit, in the given order', () => {
    expect(by_kind(unit_rows(seats)).map((g) => [g.kind, g.present, g.of])).toEqual([['village', 2, 3], ['residential', 1, 1]]);
  });
});
