import { describe, expect, it } from 'vitest';
import { clock_text, days_between, duration_text, half_text, local_date, office_date, set_utc_offset, when_text } from '../src/lib/office_date';

describe('office dates', () => {
  it('are written without zeros', () => {
    expect(office_date('2020-05-27', 'zh-CN')).toBe('2020年5月27日');
    expect(office_date('2020-06-05', 'zh-CN', false)).toBe('6月5日');
    expect(office_date('2020-05-27', 'en')).toBe('27 May 2020');
  });
  it('may have a half-day, a clock time, both or none', () => {
    expect(when_text('2020-05-27', 'morning', null, 'zh-CN')).toBe('2020年5月27日 上午');
    expect(when_text('2020-05-27', 'afternoon', '14:00', 'zh-CN')).toBe('2020年5月27日 下午 14:00');
    expect(when_text('2020-05-27', 'none', '09:05', 'zh-CN')).toBe('2020年5月27日 9:05');
    expect(when_text('2020-05-27', 'none', null, 'zh-CN')).toBe('2020年5月27日');
    expect(half_text('morning', 'en')).toBe('morning');
  });
});

describe('clocks and days', () => {
  it('are the office\'s, whatever the browser\'s time zone', () => {
    set_utc_offset(480);
    expect(clock_text('2026-05-27T17:05:00Z')).toBe('01:05');
    expect(local_date(new Date('2026-05-27T17:05:00Z'))).toBe('2026-05-28');
    set_utc_offset(-210);
    expect(clock_text('2026-05-27T01:05:00Z')).toBe('21:35');
    expect(local_date(new Date('2026-05-27T01:05:00Z'))).toBe('2026-05-26');
    set_utc_offset(undefined);
    expect(clock_text('nonsense')).toBe('');
  });
});

describe('durations', () => {
  it('count minutes and seconds, hours when there are some', () => {
    expect(duration_text(112)).toBe('01:52');
    expect(duration_text(3723)).toBe('1:02:03');
    expect(duration_text(2536, true)).toBe('00:42:16');
    expect(duration_text(-61)).toBe('−01:01');
    expect(duration_text(-0.4)).toBe('00:00');
  });
});

describe('days between two dates', () => {
  it('are calendar days, over month and year ends', () => {
    expect(days_between('2020-05-27', '2020-06-10')).toBe(14);
    expect(days_between('2020-12-31', '2021-01-01')).toBe(1);
    expect(days_between('2020-06-08', '2020-06-05')).toBe(-3);
  });
});
