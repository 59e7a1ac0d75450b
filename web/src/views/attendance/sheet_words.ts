// Words of the attendance page and its print: states, remarks, rates.
import type { Attendance, AttendanceTotals, SeatAttendance } from '../../api/types';
import { clock_text } from '../../lib/office_date';

export type SheetSeat = SeatAttendance & { id: string };
type T = (key: string, values?: Record<string, unknown>) => string;

export const seats_of = (data: Attendance | undefined): SheetSeat[] =>
  Object.entries(data?.seats ?? {}).map(([id, seat]) => ({ ...seat, id })).sort((a, b) => a.order - b.order);

export const is_there = (seat: SeatAttendance): boolean => seat.status === 'present' || seat.status === 'substitute';

// Two decimals at most; nobody expected is a dash, not 0 %.
export function rate_text(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((part / whole) * 10_000) / 100}%` : '—';
}
export const rate_of = (totals: AttendanceTotals): string => rate_text(totals.present, totals.expected);
export const rate_without_leave = (totals: AttendanceTotals): string => rate_text(totals.present, totals.expected - totals.leave);

export function sum(a: AttendanceTotals, b: AttendanceTotals): AttendanceTotals {
  const total = { ...a };
  for (const key of Object.keys(b) as (keyof AttendanceTotals)[]) total[key] = (a[key] ?? 0) + b[key];
  return total;
}

export function state_words(seat: SeatAttendance, t: T, venue_name: (id: string) => string): string {
  if (seat.status === 'present' && seat.elsewhere) return t('sheet.elsewhere', { venue: venue_name(seat.elsewhere) });
  const marks = [seat.late ? t('attendance.late') : '', seat.early ? t('attendance.early') : ''].filter(Boolean);
  const words = seat.status === 'present' && marks.length ? marks : [t(`sheet.status.${seat.status}`), ...marks];
  return words.join(' · ');
}

export function state_tone(seat: SeatAttendance): 'ok' | 'warn' | 'red' | '' {
  if (is_there(seat)) return seat.late || seat.early || seat.elsewhere ? 'warn' : 'ok';
  if (seat.status === 'absent') return 'red';
  return seat.status === 'leave' ? 'warn' : '';
}

export function remarks(seat: SeatAttendance, t: T): string[] {
  const c = seat.corrected;
  return [
    seat.pending ? t('sheet.pending_mark') : '',
    seat.unapproved ? t('sheet.unapproved_mark') : '',
    seat.leave_void ? t('sheet.void_mark') : '',
    seat.substitute ?? '',
    seat.by_expected ? t('sheet.by_expected_mark') : '',
    seat.holder_changed ? t('sheet.holder_mark') : '',
    seat.online_not_signed ? t('attendance.online_not_signed') : '',
    seat.left_at && seat.early ? t('sheet.left_mark', { time: clock_text(seat.left_at) }) : '',
    seat.gap_from && seat.gap_to ? t('sheet.gap_mark', { from: clock_text(seat.gap_from), to: clock_text(seat.gap_to) }) : '',
    c ? t('sheet.corrected_mark', { was: t(`sheet.status.${c.was.status}`), reason: c.reason, by: c.by }) : '',
    seat.reason ?? '',
  ].filter(Boolean);
}
