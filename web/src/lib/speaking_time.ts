// The clock of an agenda item: what is left, amber in the last minute, red when it is over.
export interface ItemClock { left: number; mood: 'plenty' | 'soon' | 'over' } // left in seconds, negative: over

export const kWarnSeconds = 60;

export function item_clock(item: { started_at?: string; planned_minutes: number } | undefined, now: number): ItemClock | undefined {
  if (!item?.started_at || !item.planned_minutes) return undefined;
  const left = Math.round(item.planned_minutes * 60 - (now - Date.parse(item.started_at)) / 1000);
  return { left, mood: left < 0 ? 'over' : left <= kWarnSeconds ? 'soon' : 'plenty' };
}
