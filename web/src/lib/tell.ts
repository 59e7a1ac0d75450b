// Short messages to the reader. A refusal shows the server's own words.
import { ElMessage, ElMessageBox } from 'element-plus';
import { ApiError } from '../api/client';
import { i18n } from '../i18n';

export const tell_ok = (text: string): void => void ElMessage({ type: 'success', message: text, duration: 2500 });
export const tell = (text: string): void => void ElMessage({ type: 'info', message: text, duration: 4000 });

export function words_of(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

export function tell_error(error: unknown): void {
  ElMessage({ type: 'error', message: words_of(error), duration: 6000, showClose: true, grouping: true });
}

// Runs an action of the reader; a refusal is told and gives undefined.
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    tell_error(error);
    return undefined;
  }
}

// Asks with the effect in words; true if confirmed.
export async function confirm(text: string, title: string, action: string): Promise<boolean> {
  const t = i18n.global.t;
  try {
    await ElMessageBox.confirm(text, title, {
      confirmButtonText: action,
      cancelButtonText: t('common.cancel'),
      customClass: 'confirm-box',
    });
    return true;
  } catch {
    return false;
  }
}
