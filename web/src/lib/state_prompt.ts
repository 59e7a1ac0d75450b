// When the console offers the state of attendance by itself: ten minutes before the planned start, at it, ten minutes after.
export type PromptMoment = 'before' | 'start' | 'after';

const kMinute = 60_000;
const kAt: readonly [PromptMoment, number][] = [['before', -10 * kMinute], ['start', 0], ['after', 10 * kMinute]];
const kStays = 8 * kMinute; // a console that is opened later has no use for it

export function prompt_at(now: number, start: number | undefined): PromptMoment | undefined {
  if (start === undefined || Number.isNaN(start)) return undefined;
  return kAt.filter(([, at]) => now >= start + at && now < start + at + kStays).at(-1)?.[0];
}
