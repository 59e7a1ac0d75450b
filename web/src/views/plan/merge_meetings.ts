// Held together: what another meeting brings is added to this one's plan; its own title stays its own.
import type { AgendaItem, MeetingPlan } from '../../api/types';

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

// Rules and subjects that both have stand once. The other's agenda follows, its items as new ones.
export function merge_into(plan: MeetingPlan, other: MeetingPlan): void {
  plan.subjects = [...(plan.subjects ?? []), ...(other.subjects ?? []).filter((s) => !(plan.subjects ?? []).includes(s))];
  plan.rules = [...(plan.rules ?? []), ...(other.rules ?? []).filter((rule) => !(plan.rules ?? []).some((mine) => same(mine, rule)))];
  // Rules of the main venue stand before those of the branches, as papers name them.
  plan.rules = [...plan.rules.filter((r) => r.venue === 'main'), ...plan.rules.filter((r) => r.venue !== 'main')];
  const brought = (other.agenda ?? []).map(({ id: _id, ...item }) => item as AgendaItem);
  plan.agenda = [...(plan.agenda ?? []), ...brought];
  plan.planned_minutes = (plan.planned_minutes ?? 0) + brought.reduce((sum, item) => sum + (item.planned_minutes || 0), 0);
}
