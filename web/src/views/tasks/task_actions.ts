// Issuing and signing for a task, each with its effect in words first.
import { ElMessageBox } from 'element-plus';
import { command } from '../../api/client';
import type { Task } from '../../api/types';
import { i18n } from '../../i18n';
import { attempt, confirm, tell, tell_ok } from '../../lib/tell';
import { lacking_for_issue } from './task_words';

export async function issue(task: Task): Promise<Task | undefined> {
  const t = i18n.global.t;
  const lacks = lacking_for_issue(task);
  if (lacks.length) {
    tell(t('tasks.issue_needs') + lacks.map((field) => t(`tasks.need.${field}`)).join(i18n.global.locale.value === 'en' ? ', ' : '\u3001'));
    return undefined;
  }
  if (!(await confirm(t('tasks.issue_confirm', { title: task.title, unit: task.lead_unit_name ?? '' }), t('tasks.issue_title'), t('tasks.issue')))) return undefined;
  const issued = await attempt(() => command<Task>('POST', `/tasks/${task.id}/issue`));
  if (issued) tell_ok(t('tasks.issued_ok', { number: issued.number }));
  return issued;
}

export async function sign(task: Task): Promise<Task | undefined> {
  const t = i18n.global.t;
  let responsible = '';
  try {
    const answer = await ElMessageBox.prompt(t('tasks.sign_who'), `${t('tasks.sign')}: ${task.title}`, {
      inputPlaceholder: t('tasks.sign_who_hint'),
      inputValue: task.contact,
      confirmButtonText: t('tasks.sign'),
      cancelButtonText: t('common.cancel'),
      inputValidator: (value) => Boolean(value?.trim()) || t('tasks.sign_needs'),
      customClass: 'confirm-box sign-box',
    });
    responsible = (answer as { value: string }).value.trim();
  } catch {
    return undefined;
  }
  const signed = await attempt(() => command<Task>('POST', `/tasks/${task.id}/sign`, { responsible }));
  if (signed) tell_ok(t('tasks.signed_ok'));
  return signed;
}
