// A rule "unit kind × post × venue" in words, and the units and post titles it can name.
import type { AttendanceRule, Directory, PostClass } from '../../api/types';

export type FullRule = Required<AttendanceRule>;
export function full_rule(rule: Partial<AttendanceRule> & { venue: AttendanceRule['venue'] }): FullRule {
  return { kinds: [], committees: [], aliases: [], units: [], posts: [], post_class: '', ...rule };
}

export function who_of(rule: AttendanceRule, directory: Directory | undefined): string[] {
  const kinds = (rule.kinds ?? []).map((key) => directory?.kinds.find((k) => k.key === key)?.name ?? key);
  const units = (rule.units ?? []).map((id) => directory?.units.find((u) => u.id === id)?.name ?? id);
  return [...(rule.aliases ?? []), ...kinds, ...(rule.committees ?? []), ...units];
}

export function units_of(rule: AttendanceRule, directory: Directory): Set<string> {
  const kinds = new Set(rule.kinds ?? []);
  const ids = new Set(rule.units ?? []);
  for (const alias of directory.aliases) {
    if (!rule.aliases?.includes(alias.name)) continue;
    alias.kinds.forEach((kind) => kinds.add(kind));
    alias.units.forEach((id) => ids.add(id));
  }
  for (const committee of directory.committees) {
    if (rule.committees?.includes(committee.name)) committee.members.forEach((id) => ids.add(id));
  }
  for (const unit of directory.units) if (kinds.has(unit.kind)) ids.add(unit.id);
  return ids;
}

// Titles of posts in those units, in the directory's order, with how many posts have each.
export function titles_of(rule: AttendanceRule, directory: Directory): { title: string; count: number }[] {
  const units = units_of(rule, directory);
  const counts = new Map<string, number>();
  for (const post of directory.posts) {
    if (units.has(post.unit)) counts.set(post.title, (counts.get(post.title) ?? 0) + 1);
  }
  return [...counts].map(([title, count]) => ({ title, count }));
}

// The four classes that every office has are translated, its own ones go by their name.
export function class_words(cls: PostClass | undefined, t: (key: string) => string): string {
  if (!cls) return '';
  return cls.built_in ? t(`plan.rule_class_of.${cls.key}`) : cls.name;
}
