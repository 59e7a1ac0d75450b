// Attendance by unit for the console: a unit sits in both venues and is never one present/absent flag.
import type { SeatRow } from '../../stores/live';

export interface UnitRow {
  unit: string;
  name: string;
  kind: string;
  seats: SeatRow[];
  main: { present: number; of: number };
  branch: { present: number; of: number };
  missing: SeatRow[];
  away: SeatRow[]; // on leave
  online_unsigned: boolean;
}
export interface KindGroup {
  kind: string;
  units: UnitRow[];
  present: number;
  of: number;
}

export function unit_rows(seats: SeatRow[]): UnitRow[] {
  const rows = new Map<string, UnitRow>();
  for (const seat of seats) {
    if (seat.status === 'vacant') continue;
    let row = rows.get(seat.unit);
    if (!row) {
      row = { unit: seat.unit, name: seat.unit_name, kind: seat.unit_kind, seats: [], main: { present: 0, of: 0 }, branch: { present: 0, of: 0 }, missing: [], away: [], online_unsigned: false };
      rows.set(seat.unit, row);
    }
    row.seats.push(seat);
    const side = seat.venue_kind === 'main' ? row.main : row.branch;
    side.of += 1;
    if (seat.status === 'present' || seat.status === 'substitute') side.present += 1;
    else if (seat.status === 'leave') row.away.push(seat);
    else row.missing.push(seat);
    if (seat.online_not_signed) row.online_unsigned = true;
  }
  return [...rows.values()];
}

export function by_kind(rows: UnitRow[]): KindGroup[] {
  const groups = new Map<string, KindGroup>();
  for (const row of rows) {
    const group = groups.get(row.kind) ?? { kind: row.kind, units: [], present: 0, of: 0 };
    group.units.push(row);
    group.of += row.seats.length;
    group.present += row.main.present + row.branch.present;
    groups.set(row.kind, group);
  }
  return [...groups.values()];
}
