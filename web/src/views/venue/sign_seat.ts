// One press on a seat: signs it in, or asks whether a wrong tick is to be taken back. Where a substitute is expected, asks
// who came.
import { ElMessageBox } from 'element-plus';
import { command } from '../../api/client';
import { i18n } from '../../i18n';
import { sign_out } from '../../lib/sign_out';
import { attempt, confirm } from '../../lib/tell';
import type { SeatRow } from '../../stores/live';

export const is_here = (seat: { status?: string }): boolean => seat.status === 'present' || seat.status === 'substitute';

// True: a substitute; false: the person; undefined: closed without an answer.
async function is_substitute(seat: SeatRow, who: string): Promise<boolean | undefined> {
  if (seat.leave_kind !== 'substitute' || !seat.leave || seat.leave === 'refused') return false;
  const t = i18n.global.t;
  try {
    await ElMessageBox.confirm(t('leave.who_came', { who, substitute: seat.substitute ?? '' }), t('leave.who_came_title'), {
      confirmButtonText: t('leave.substitute_here'),
      cancelButtonText: t('leave.self_here'),
      distinguishCancelAndClose: true,
      customClass: 'confirm-box',
    });
    return true;
  } catch (action) {
    return action === 'cancel' ? false : undefined;
  }
}

// While the meeting runs a press on somebody who is here means either: they leave, or the tick was wrong.
async function leaves_or_wrong(who: string): Promise<'leaves' | boolean> {
  const t = i18n.global.t;
  try {
    await ElMessageBox.confirm(t('evidence.which', { who }), who, {
      confirmButtonText: t('evidence.sign_out'),
      cancelButtonText: t('venue.take_back_do'),
      distinguishCancelAndClose: true,
      customClass: 'confirm-box',
    });
    return 'leaves';
  } catch (action) {
    return action === 'cancel';
  }
}

// True if the seat was signed in.
export async function sign_seat(meeting: string, seat: SeatRow, who: string, method: 'browser' | 'desk', o: { token?: string; venue?: string; running?: boolean }): Promise<boolean> {
  const t = i18n.global.t;
  const signed = is_here(seat) || seat.unapproved === true;
  if (signed) {
    const what = o.running && !seat.left_at ? await leaves_or_wrong(who) : await confirm(t('venue.take_back', { who }), t('venue.take_back_title'), t('venue.take_back_do'));
    if (what === 'leaves') {
      await sign_out(meeting, seat.id, who, o.token);
      return false;
    }
    if (!what) return false;
  }
  const substitute = signed ? false : await is_substitute(seat, who);
  if (substitute === undefined) return false;
  const body = signed ? { seats: [seat.id] } : { seats: [seat.id], venue: o.venue, method, substitute };
  const done = await attempt(async () => {
    await command('POST', `/meetings/${meeting}/sign-ins${signed ? '/take-back' : ''}`, body, { token: o.token });
    return true;
  });
  return Boolean(done) && !signed;
}
