// Search as clerks type: a part of the name, or the initials of its pinyin (dxc for a village).
export interface Named {
  name: string;
  pinyin?: string;
}

export function matches(entry: Named, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return true;
  return entry.name.toLowerCase().includes(wanted) || (entry.pinyin ?? '').toLowerCase().includes(wanted);
}

// Those whose name or initials begin with what was typed come first; otherwise the office's order is kept.
export function search<T extends Named>(entries: T[], typed: string, limit = 40): T[] {
  const wanted = typed.trim().toLowerCase();
  const found = entries.filter((entry) => matches(entry, wanted));
  const begins = (entry: T) => entry.name.toLowerCase().startsWith(wanted) || (entry.pinyin ?? '').startsWith(wanted);
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))].slice(0, limit);
}
