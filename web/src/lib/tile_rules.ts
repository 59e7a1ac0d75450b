// What each tile of the wall shows: in order by pages, one venue, whoever speaks, who speaks next, or the worst line.
export type Rule = { kind: 'paged' } | { kind: 'fixed'; venue: string } | { kind: 'voice' } | { kind: 'next' } | { kind: 'worst' };
export const kRuleKinds = ['paged', 'fixed', 'voice', 'next', 'worst'] as const;

export interface WallFacts {
  order: string[]; // venues of the wall, in office order
  levels: Record<string, number>; // dBov
  next: string[]; // who speaks next, the likeliest first
  worst: string[]; // lines, the worst first
}

const kVoice = -45; // dBov from which a room speaks
const kSwap = 6; // dB louder than the one shown, so that two who talk do not flicker

// The venues of `size` tiles; rules beyond it are ignored. No venue is shown twice, and pages leave out those that a
// rule shows. before: what was shown, to keep a voice until somebody is clearly louder.
export function wall_tiles(rules: (Rule | undefined)[], facts: WallFacts, page: number, size: number, before: (string | undefined)[]): (string | undefined)[] {
  const tiles: (string | undefined)[] = Array.from({ length: size });
  const taken = new Set<string>();
  const put = (tile: number, venue: string | undefined) => {
    if (!venue || taken.has(venue)) return;
    tiles[tile] = venue;
    taken.add(venue);
  };
  const of = (kind: Rule['kind']) => tiles.map((_, i) => i).filter((i) => rules[i]?.kind === kind);
  for (const i of of('fixed')) {
    const rule = rules[i]!;
    if (rule.kind === 'fixed' && facts.order.includes(rule.venue)) put(i, rule.venue);
  }
  const by_level = facts.order.filter((v) => (facts.levels[v] ?? -127) >= kVoice).sort((a, b) => facts.levels[b]! - facts.levels[a]!);
  for (const i of of('voice')) {
    const shown = before[i];
    const loudest = by_level.find((v) => !taken.has(v));
    const stays = shown && facts.order.includes(shown) && !taken.has(shown) && (!loudest || facts.levels[loudest]! < (facts.levels[shown] ?? -127) + kSwap);
    put(i, stays ? shown : loudest);
  }
  for (const i of of('next')) put(i, facts.next.find((v) => !taken.has(v) && facts.order.includes(v)));
  for (const i of of('worst')) put(i, facts.worst.find((v) => !taken.has(v) && facts.order.includes(v)));
  const free = tiles.map((_, i) => i).filter((i) => (rules[i]?.kind ?? 'paged') === 'paged');
  const rest = facts.order.filter((v) => !taken.has(v));
  free.forEach((i, n) => put(i, rest[page * free.length + n]));
  return tiles;
}

// Pages that the tiles without a rule need.
export function rule_pages(rules: (Rule | undefined)[], count: number, size: number): number {
  const ruled = Array.from({ length: size }, (_, i) => rules[i]).filter((r) => r && r.kind !== 'paged').length;
  return Math.max(1, Math.ceil(Math.max(0, count - ruled) / Math.max(1, size - ruled)));
}

// How a meeting keeps them: rooms by their unit, so that the next meeting of the series can take them over.
export interface StoredRule { kind: Rule['kind']; unit?: string }
interface Place { id: string; kind: string; units?: string[] }
export function rules_from(stored: StoredRule[] | undefined, venues: Place[]): (Rule | undefined)[] {
  return (stored ?? []).map((rule) => {
    if (rule.kind === 'paged') return undefined;
    if (rule.kind !== 'fixed') return { kind: rule.kind };
    const venue = venues.find((v) => (rule.unit ? v.kind === 'branch' && v.units?.includes(rule.unit) : v.kind === 'main'));
    return venue && { kind: 'fixed', venue: venue.id };
  });
}
export function rules_to(rules: (Rule | undefined)[], venues: Place[]): StoredRule[] {
  return Array.from(rules, (rule) => {
    if (!rule) return { kind: 'paged' as const };
    if (rule.kind !== 'fixed') return { kind: rule.kind };
    const venue = venues.find((v) => v.id === rule.venue);
    return venue?.kind === 'branch' && venue.units?.[0] ? { kind: 'fixed' as const, unit: venue.units[0] } : { kind: 'fixed' as const };
  });
}
