// Dates as offices write them (2020年5月27日上午), and clocks, in the office's time zone.
export type Locale = 'zh-CN' | 'en';
export type Half = 'none' | 'morning' | 'afternoon' | string;

const kMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number) => String(n).padStart(2, '0');

// date: YYYY-MM-DD; no zero padding in Chinese, as GB/T 9704 writes dates.
export function office_date(date: string, locale: Locale, with_year = true): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  if (locale === 'en') return `${day} ${kMonths[month - 1]}${with_year ? ` ${year}` : ''}`;
  return `${with_year ? `${year}年` : ''}${month}月${day}日`;
}

export function half_text(half: Half | undefined, locale: Locale): string {
  if (half === 'morning') return locale === 'en' ? 'morning' : '上午';
  if (half === 'afternoon') return locale === 'en' ? 'afternoon' : '下午';
  return '';
}

// 5月27日 上午 9:00, each part only if it is known.
export function when_text(date: string, half: Half | undefined, start: string | null | undefined, locale: Locale): string {
  return [office_date(date, locale), half_text(half, locale), start ? short_time(start) : ''].filter(Boolean).join(' ');
}

const short_time = (hhmm: string) => hhmm.replace(/^0/, '');

// As the server says (Me); until it has said so, the browser's.
let utc_offset: number | undefined; // minutes
export function set_utc_offset(minutes: number | undefined): void {
  utc_offset = minutes;
}
// The moment as a date whose UTC fields are the office's year, month, day, hour and minute.
function at_office(at: Date): Date {
  return new Date(at.getTime() + (utc_offset ?? -at.getTimezoneOffset()) * 60_000);
}

// The moment of a clock time of the office's day, as the wire wants it.
export function office_moment(date: string, hhmm: string): string {
  const as_utc = new Date(`${date}T${hhmm}:00Z`);
  return new Date(as_utc.getTime() - (utc_offset ?? -as_utc.getTimezoneOffset()) * 60_000).toISOString();
}

export function local_date(at: Date): string {
  return at_office(at).toISOString().slice(0, 10);
}

export function clock_text(at: string | number | Date | null | undefined): string {
  if (at === null || at === undefined || at === '') return '';
  const d = new Date(at);
  return Number.isNaN(d.getTime()) ? '' : at_office(d).toISOString().slice(11, 16);
}

export function moment_text(at: string, locale: Locale): string {
  const d = new Date(at);
  return `${office_date(local_date(d), locale)} ${clock_text(d)}`;
}

// 01:52, or 1:02:03 from an hour on. Negative: the time that is over, with a minus sign.
export function duration_text(seconds: number, hours = false): string {
  const s = Math.floor(Math.abs(seconds));
  const sign = seconds <= -1 ? '−' : '';
  const h = Math.floor(s / 3600);
  const rest = `${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
  return sign + (hours ? `${two(h)}:${rest}` : h > 0 ? `${h}:${rest}` : rest);
}

// Whole calendar days from one date to another, both YYYY-MM-DD.
export function days_between(from: string, to: string): number {
  const utc = (date: string) => {
    const [y, m, d] = date.split('-').map(Number) as [number, number, number];
    return Date.UTC(y, m - 1, d);
  };
  return Math.round((utc(to) - utc(from)) / 86_400_000);
}
