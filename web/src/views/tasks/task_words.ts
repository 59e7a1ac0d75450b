// A task's due and light in words; the office's day comes from the server when a test clock is set.
import { get } from '../../api/client';
import type { Task } from '../../api/types';
import { i18n, type AppLocale } from '../../i18n';
import { days_between, local_date, office_date } from '../../lib/office_date';
import { useSession } from '../../stores/session';

export async function office_today(): Promise<string> {
  if (!useSession().me?.test_clock) return local_date(new Date());
  try {
    return local_date(new Date((await get<{ now: string }>('/admin/test-clock')).now));
  } catch {
    return local_date(new Date());
  }
}

export function due_words(due: string | null | undefined, today: string): string {
  const t = i18n.global.t;
  if (!due) return t('tasks.no_due');
  const left = days_between(today, due);
  if (left === 0) return t('tasks.today');
  return left > 0 ? t('tasks.left', { n: left }) : t('tasks.passed', { n: -left });
}

export const due_date = (due: string | null | undefined): string =>
  due ? office_date(due, i18n.global.locale.value as AppLocale) : i18n.global.t('tasks.no_due');

export const light_pill = (light: Task['light']): string => ({ none: '', green: 'info', yellow: 'warn', red: 'red' })[light];

export function lacking_for_issue(task: Pick<Task, 'lead_unit' | 'contact' | 'due'>): ('lead_unit' | 'contact' | 'due')[] {
  return (['lead_unit', 'contact', 'due'] as const).filter((field) => !task[field]);
}
