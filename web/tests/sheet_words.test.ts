import { describe, expect, it } from 'vitest';
import type { SeatAttendance } from '../src/api/types';
import { rate_text, remarks, state_tone, state_words } from '../src/views/attendance/sheet_words';

const t = (key: string, values?: Record<string, unknown>) => (values ? `${key}(${Object.values(values).join()})` : key);
const seat = (more: Partial<SeatAttendance>): SeatAttendance =>
  ({ status: 'present', late: false, early: false, online_not_signed: false, unit: 'u', unit_name: 'u', unit_kind: 'k', title: 't', venue: 'v', venue_kind: 'main', order: 0, ...more });

describe('words of the sheet', () => {
  it('prints a rate with at most two decimals, and a dash for nobody', () => {
    expect(rate_text(200, 262)).toBe('76.34%');
    expect(rate_text(3, 3)).toBe('100%');
    expect(rate_text(0, 0)).toBe('—');
  });
  it('says where somebody sits instead, in amber', () => {
    const elsewhere = seat({ elsewhere: 'main' });
    expect(state_words(elsewhere, t, () => 'hall')).toBe('sheet.elsewhere(hall)');
    expect(state_tone(elsewhere)).toBe('warn');
  });
  it('counts late and early of a substitute beside the substitution', () => {
    expect(state_words(seat({ status: 'substitute', late: true }), t, () => '')).toBe('sheet.status.substitute · attendance.late');
    expect(state_words(seat({ late: true, early: true }), t, () => '')).toBe('attendance.late · attendance.early');
  });
  it('keeps the old value of a correction in the remarks', () => {
    const corrected = { reason: 'photo', by: 'office', at: '', was: { status: 'absent' as const, late: false, early: false } };
    expect(remarks(seat({ corrected, pending: true }), t)).toEqual(['sheet.pending_mark', 'sheet.corrected_mark(sheet.status.absent,photo,office)']);
  });
});
