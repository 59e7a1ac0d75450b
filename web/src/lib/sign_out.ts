// Signing out with a reason; the secretary, the unit and the room may.
import { ElMessageBox } from 'element-plus';
import { command } from '../api/client';
import { i18n } from '../i18n';
import { attempt, tell_ok } from './tell';

// True if the seat was signed out.
export async function sign_out(meeting: string, seat: string, who: string, token?: string): Promise<boolean> {
  const t = i18n.global.t;
  let reason = '';
  try {
    const answer = await ElMessageBox.prompt(t('evidence.sign_out_text'), t('evidence.sign_out_title', { who }), {
      confirmButtonText: t('evidence.sign_out'),
      cancelButtonText: t('common.cancel'),
      inputPlaceholder: t('evidence.sign_out_hint'),
      customClass: 'confirm-box',
    });
    reason = String((answer as { value?: string | null }).value ?? '').trim();
  } catch {
    return false;
  }
  const done = await attempt(async () => {
    await command('POST', `/meetings/${meeting}/sign-outs`, { seats: [seat], reason }, { token });
    return true;
  });
  if (done) tell_ok(t('evidence.signed_out', { who }));
  return done === true;
}
