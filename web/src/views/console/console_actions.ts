// What the console can order; every press is one command with one key, and a refusal is told in words.
import { ref } from 'vue';
import { command } from '../../api/client';
import type { RollCallInput, Rung } from '../../api/types';
import { i18n } from '../../i18n';
import type { StoredRule } from '../../lib/tile_rules';
import { attempt, confirm, tell_ok } from '../../lib/tell';
import { useLive } from '../../stores/live';

export function use_console(meeting: string) {
  const live = useLive();
  const t = i18n.global.t;
  const busy = ref(''); // path of the command under way

  async function act(method: 'POST' | 'PUT', path: string, body?: unknown): Promise<boolean> {
    if (busy.value === path) return false; // a second press of the same key changes nothing
    busy.value = path;
    const done = await attempt(async () => {
      await command(method, `/meetings/${meeting}${path}`, body);
      return true;
    });
    busy.value = '';
    return done === true;
  }

  const set_stage = (main: string | null, second: string | null) => act('PUT', '/stage', { main, second: second === main ? null : second, seen: { main: live.state?.stage.main ?? null, second: live.state?.stage.second ?? null } });
  return {
    busy,
    next: () => act('POST', `/agenda/next?from=${live.state?.agenda.current ?? 'none'}`),
    async undo() {
      if (await act('POST', '/agenda/undo')) tell_ok(t('console.undone'));
    },
    async mute_all() {
      if (await act('POST', '/floor/mute-all')) tell_ok(t('console.muted_all'));
    },
    grant: (venue: string) => act('POST', '/floor/grant', { venue }),
    revoke: (venue: string) => act('POST', '/floor/revoke', { venue }),
    withdraw: (venue: string) => act('POST', '/floor/withdraw', { venue }),
    set_stage,
    to_stage: (venue: string) => set_stage(venue, live.state?.stage.second ?? null),
    to_second: (venue: string) => set_stage(live.state?.stage.main ?? null, venue),
    async pin_rung(venue: string, rung: Rung | null) {
      const words = t('lines.pin_done', { name: live.venue_name(venue), rung: t(`lines.rung.${rung ?? 'auto'}`) });
      if (await act('POST', `/venues/${venue}/rung`, { rung })) tell_ok(words);
    },
    async grant_content(venue: string) {
      if (await act('PUT', '/content', { venue })) tell_ok(t('content.granted', { name: live.venue_name(venue) }));
      return true;
    },
    revoke_content: () => act('PUT', '/content', { venue: null }),
    hand_off: (from: string, to: string) => act('POST', '/floor/hand-off', { from, to }),
    // The queue with one venue moved by one place.
    move_request(venue: string, by: number) {
      const seen = (live.state?.requests ?? []).map((r) => r.venue);
      const venues = seen.filter((v) => v !== venue);
      venues.splice(Math.max(0, seen.indexOf(venue) + by), 0, venue);
      return act('POST', '/floor/order', { venues, seen });
    },
    set_tiles: (rules: StoredRule[]) => act('PUT', '/tiles', { rules }),
    set_banner: (text: string, seen: string) => act('PUT', '/banner', { text, seen }),
    roll_start: (plan: RollCallInput) => act('POST', '/roll-call', plan),
    roll_skip: (venue: string) => act('POST', '/roll-call/skip', { venue }),
    roll_mark: (venue: string, outcome: 'answered' | 'no_answer') => act('POST', '/roll-call/mark', { venue, outcome }),
    async roll_stop() {
      if (await confirm(t('roll.stop_confirm'), t('roll.stop'), t('roll.stop'))) await act('POST', '/roll-call/stop');
    },
    sign_in: (seats: string[], method: string, reason: string) => act('POST', '/sign-ins', { seats, method, ...(reason ? { reason } : {}) }),
    take_back: (seats: string[]) => act('POST', '/sign-ins/take-back', { seats }),
    async start() {
      if (await confirm(t('console.start_confirm'), t('console.start'), t('console.start'))) await act('POST', '/start');
    },
    async end() {
      const missing = (live.state?.totals.expected ?? 0) - (live.state?.totals.present ?? 0);
      if (await confirm(t('console.end_confirm', { n: missing }), t('console.end'), t('console.end'))) await act('POST', '/end');
    },
  };
}
export type ConsoleActions = ReturnType<typeof use_console>;
