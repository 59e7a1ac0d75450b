// What a venue's figures mean: a grade, and the cause that matters most as a key of i18n `lines.say` with its number.
import type { Figures, LiveVenue, Rung } from '../api/types';

export const kRungs: readonly Rung[] = ['720p', '360p', '180p', 'content', 'sound'];
export type Grade = 'good' | 'fair' | 'poor' | 'away' | 'offline' | 'unknown';
export interface LineState {
  grade: Grade;
  say: string;
  n: number;
}
type Level = 'good' | 'fair' | 'poor';

// Loss that FEC and repairs hide is good; from 10 % on speech breaks up. Round trips as in ITU-T G.114, twice its
// one-way limits of 200 and 400 ms.
export const loss_level = (loss = 0): Level => (loss >= 0.1 ? 'poor' : loss >= 0.03 ? 'fair' : 'good');
export const rtt_level = (ms = 0): Level => (ms >= 800 ? 'poor' : ms >= 400 ? 'fair' : 'good');
export const jitter_high = (ms = 0): boolean => ms >= 60;
export const concealed_high = (share = 0): boolean => share >= 0.05;
export const percent = (share = 0): number => (share < 0.01 ? Math.round(share * 1000) / 10 : Math.round(share * 100));

const kSlow: Partial<Record<Rung, Level>> = { '180p': 'fair', content: 'poor', sound: 'poor' };

// A rung that the console chose is no fault of the line; below it, it is.
const chosen = (f: Figures, pinned: Rung | undefined): boolean =>
  !!f.rung && (pinned ? kRungs.indexOf(f.rung) <= kRungs.indexOf(pinned) : f.pinned === true);

export function line_state(presence: LiveVenue['presence'], f: Figures | undefined, pinned?: Rung): LineState {
  if (presence === 'offline') return { grade: 'offline', say: 'offline', n: 0 };
  if (presence === 'reconnecting') return { grade: 'away', say: 'away', n: 0 };
  if (!f) return { grade: 'unknown', say: 'unknown', n: 0 };
  const causes: LineState[] = [];
  const add = (grade: Level, say: string, n: number) => void (grade !== 'good' && causes.push({ grade, say, n }));
  for (const way of ['up', 'down'] as const) {
    const loss = f[`loss_${way}`];
    add(loss_level(loss), `loss_${way}_${loss_level(loss)}`, percent(loss));
  }
  add(rtt_level(f.rtt_ms), `rtt_${rtt_level(f.rtt_ms)}`, Math.round(f.rtt_ms ?? 0));
  if (concealed_high(f.concealed)) add('fair', 'concealed', percent(f.concealed));
  if (f.rung && !chosen(f, pinned)) add(kSlow[f.rung] ?? 'good', `slow_${f.rung}`, 0);
  if (jitter_high(f.jitter_ms)) add('fair', 'jitter', Math.round(f.jitter_ms ?? 0));
  return causes.find((cause) => cause.grade === 'poor') ?? causes[0] ?? { grade: 'good', say: 'ok', n: 0 };
}

// Figures of a venue in the order in which they are read, each with its value and meaning as keys of i18n `lines`.
export interface LineRow {
  figure: string;
  value: string; // key under value
  n?: number;
  s?: number;
  means: string; // key under means
  level?: Level;
}

export function line_rows(f: Figures): LineRow[] {
  const rows: LineRow[] = [];
  const round = Math.round;
  for (const way of ['up', 'down'] as const) {
    const level = loss_level(f[`loss_${way}`]);
    rows.push({ figure: way, value: 'kbps', n: round(f[`${way}_kbps`] ?? 0), means: way });
    rows.push({ figure: `loss_${way}`, value: 'percent', n: percent(f[`loss_${way}`]), means: `loss_${level}`, level });
  }
  if (f.estimate_kbps) rows.push({ figure: 'estimate', value: 'kbps', n: f.estimate_kbps, means: 'estimate' });
  const rtt = rtt_level(f.rtt_ms);
  rows.push({ figure: 'rtt', value: 'ms', n: round(f.rtt_ms ?? 0), means: `rtt_${rtt}`, level: rtt });
  const uneven = jitter_high(f.jitter_ms);
  rows.push({ figure: 'jitter', value: 'ms', n: round(f.jitter_ms ?? 0), means: uneven ? 'jitter_poor' : 'jitter_good', level: uneven ? 'fair' : 'good' });
  if (f.freezes !== undefined) rows.push({ figure: 'freezes', value: 'freezes', n: f.freezes, s: round((f.frozen_ms ?? 0) / 1000), means: 'freezes' });
  if (f.concealed !== undefined) {
    const missing = concealed_high(f.concealed);
    rows.push({ figure: 'concealed', value: 'percent', n: percent(f.concealed), means: missing ? 'concealed_poor' : 'concealed_good', level: missing ? 'fair' : 'good' });
  }
  if (f.sending_layers !== undefined) rows.push({ figure: 'layers', value: 'layers', n: f.sending_layers, means: f.sending_layers ? 'layers' : 'layers_none' });
  if (f.since_keyframe_ms !== undefined) rows.push({ figure: 'keyframe', value: 's', n: round(f.since_keyframe_ms / 1000), means: 'keyframe' });
  return rows;
}

// A branch page's own word on its line: a key under `venue`, or none.
export function own_words(f: Figures | undefined, pinned?: Rung): { key: string; rung: Rung } | undefined {
  if (!f?.rung || f.rung === '720p') return undefined;
  if (chosen(f, pinned)) return { key: 'venue.rung_pinned', rung: f.rung };
  return f.rung === '360p' ? undefined : { key: `venue.rung.${f.rung}`, rung: f.rung };
}
