// What a page shows of one meeting, kept by its live socket: state, slots, figures and the server's clock.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { LiveClient } from '../api/live';
import type { Figures, LiveItem, LiveSeat, LiveState, LiveVenue } from '../api/types';
import type { Received } from '../media/received';
import { SlotLabels } from '../media/slots';

// On tiles the words for "branch venue" at the end of a name are left out: every tile is one.
export const short_name = (name: string): string => name.replace(/\s*\u5206\u4f1a\u573a$/, '');

export interface WithId { id: string }
export type ItemRow = LiveItem & WithId;
export type VenueRow = LiveVenue & WithId;
export type SeatRow = LiveSeat & WithId;

const by_order = (a: { order: number }, b: { order: number }) => a.order - b.order;
const rows = <T extends { order: number }>(map: Record<string, T> | undefined): (T & WithId)[] =>
  Object.entries(map ?? {}).map(([id, value]) => ({ ...value, id })).sort(by_order);

export const useLive = defineStore('live', () => {
  const state = shallowRef<LiveState>();
  const seq = ref(0);
  const up = ref(false);
  const lost_since = ref<number>(); // browser clock, ms
  const goodbye = ref<string>();
  const refused = ref(false);
  const slots = shallowRef<Record<string, string>>({});
  const figures = shallowRef<Record<string, Figures>>({});
  const now = ref(Date.now()); // server clock, ms; ticks every half second
  let offset = 0;
  const on_layers = shallowRef<(count: number) => void>(); // the page's media takes what the server says
  let client: LiveClient | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;
  const labels = new SlotLabels();

  const items = computed<ItemRow[]>(() => rows(state.value?.agenda.items));
  const venues = computed<VenueRow[]>(() => rows(state.value?.venues));
  const seats = computed<SeatRow[]>(() => rows(state.value?.seats));
  const current = computed(() => items.value.find((item) => item.id === state.value?.agenda.current));
  const following = computed(() => {
    const at = items.value.findIndex((item) => item.id === state.value?.agenda.current);
    return items.value[at + 1];
  });
  const number_of = (item: string) => items.value.findIndex((i) => i.id === item) + 1; // as printed, from 1
  const branches = computed(() => venues.value.filter((venue) => venue.kind === 'branch'));
  const branches_online = computed(() => branches.value.filter((venue) => venue.presence === 'online').length);
  const main_venue = computed(() => venues.value.find((venue) => venue.kind === 'main'));
  const meeting_state = computed(() => state.value?.meeting.state);
  const has_floor = (venue: string | undefined) => venue !== undefined && (state.value?.floor ?? []).includes(venue);
  const venue_name = (id: string | null | undefined) => (id ? (state.value?.venues[id]?.name ?? '') : '');
  // Who speaks there now; empty if that is the venue itself, as when a unit speaks without a named post.
  const speaker_at = (venue: string | null | undefined) => {
    const item = current.value;
    return venue && item?.venue === venue && item.speaker_text !== venue_name(venue) ? item.speaker_text : '';
  };
  const seconds_since = (at: string | null | undefined) => (at ? (now.value - Date.parse(at)) / 1000 : 0);
  const meeting_seconds = () => Math.max(0, Math.floor(seconds_since(state.value?.meeting.started_at)));

  function open(meeting: string, token: (() => string | undefined) | undefined, on_resumed: () => void, as?: 'display'): void {
    close();
    goodbye.value = undefined;
    refused.value = false;
    client = new LiveClient({ meeting, token, as }, {
      state(next, number) {
        state.value = next;
        seq.value = number;
      },
      slot(slot, venue) {
        labels.set(slot, venue);
        slots.value = labels.entries();
      },
      figures(list) {
        const next = { ...figures.value };
        for (const entry of list) next[entry.venue] = entry;
        figures.value = next;
      },
      layers: (count) => on_layers.value?.(count),
      link(is_up, resumed) {
        up.value = is_up;
        lost_since.value = is_up ? undefined : (lost_since.value ?? Date.now());
        if (is_up && resumed) on_resumed();
      },
      goodbye: (reason) => (goodbye.value = reason),
      refused: () => (refused.value = true),
      clock(server_now, exact) {
        // An event's time sets the clock only forward: a resume repeats old ones.
        if (exact || server_now > Date.now() + offset + 2000) offset = server_now - Date.now();
        now.value = Date.now() + offset;
      },
    });
    ticker = setInterval(() => (now.value = Date.now() + offset), 500);
    window.addEventListener('online', kick);
    client.start();
  }
  function kick(): void {
    client?.kick();
  }
  function close(): void {
    window.removeEventListener('online', kick);
    clearInterval(ticker);
    client?.stop();
    client = undefined;
    state.value = undefined;
    up.value = false;
    slots.value = {};
    figures.value = {};
    labels.clear();
  }
  // A new media session: what its slots show is told anew.
  function set_peer(peer: string | undefined): void {
    labels.clear();
    slots.value = {};
    client?.set_peer(peer);
  }

  const report = (received: Received) => client?.report(received);

  return {
    state, seq, up, lost_since, goodbye, refused, slots, figures, on_layers, now, items, number_of, venues, branches, branches_online, seats, current, following, main_venue,
    meeting_state, has_floor, venue_name, speaker_at, seconds_since, meeting_seconds, open, kick, close, set_peer, report,
  };
});
