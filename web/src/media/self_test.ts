// A venue's self-test before the meeting: camera, microphone, echo, line. Each step is measured, none is assumed.
import { command } from '../api/client';
import type { ReadinessInput } from '../api/types';
import { measure_echo } from './echo_test';
import { measure_loss } from './loss_test';

export type Step = 'camera' | 'microphone' | 'echo' | 'line';
export const kSteps: readonly Step[] = ['microphone', 'echo', 'line', 'camera'];

const kListenMs = 3000;
const kProbeBytes = 150_000; // both ways below what the server takes
const kProbes = 3;

export interface TestParts {
  meeting: string;
  token: string;
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
  level: () => number; // 0…1 as the meter shows it: −60 dBFS…0
}

// The meter's scale in dBov; silence on it is below anything it shows.
export const level_dbov = (level: number): number => (level <= 0 ? -127 : Math.round(level * 60 - 60));
// The best of several: a line is what it can carry, not what another download left of it.
export const kbps = (bytes: number, ms: number[]): number => (ms.length ? Math.round((bytes * 8) / Math.max(1, Math.min(...ms))) : 0);

export async function measure_line(meeting: string, token: string): Promise<{ up_kbps: number; down_kbps: number; rtt_ms: number }> {
  const timed = async (body: { pad?: string; want?: number }) => {
    const before = performance.now();
    await command('POST', `/meetings/${meeting}/line-probe`, body, { token });
    return performance.now() - before;
  };
  const trips: number[] = [];
  const up: number[] = [];
  const down: number[] = [];
  const pad = 'x'.repeat(kProbeBytes);
  for (let i = 0; i < kProbes; ++i) trips.push(await timed({}));
  const trip = Math.min(...trips);
  for (let i = 0; i < kProbes; ++i) {
    up.push((await timed({ pad })) - trip);
    down.push((await timed({ want: kProbeBytes })) - trip);
  }
  return { up_kbps: kbps(kProbeBytes, up), down_kbps: kbps(kProbeBytes, down), rtt_ms: Math.round(trip) };
}

export async function self_test(parts: TestParts, at: (step: Step | undefined) => void): Promise<ReadinessInput> {
  const result: ReadinessInput = { camera: 0, microphone: 0, level: -127, browser: browser_words(navigator.userAgent) };
  at('microphone');
  if (parts.microphone?.readyState === 'live') {
    result.microphone = 1;
    let loudest = 0;
    const end = performance.now() + kListenMs;
    while (performance.now() < end) {
      loudest = Math.max(loudest, parts.level());
      await new Promise((done) => setTimeout(done, 100));
    }
    result.level = level_dbov(loudest);
    at('echo');
    const echo = await measure_echo(parts.microphone.getSettings().deviceId).catch(() => undefined);
    if (echo) [result.echo_loss_db, result.echo_delay_ms] = [Math.max(-60, Math.min(120, echo.loss_db)), Math.min(5000, echo.delay_ms)];
  }
  at('line');
  Object.assign(result, await measure_line(parts.meeting, parts.token));
  Object.assign(result, await measure_loss(parts.meeting, parts.token).catch(() => ({})));
  at('camera');
  if (parts.camera?.readyState === 'live') {
    const { width = 0, height = 0 } = parts.camera.getSettings();
    [result.camera, result.width, result.height] = [1, width, height];
  }
  at(undefined);
  return result;
}

// What is asked on the telephone: which browser, on what.
export function browser_words(agent: string): string {
  const name = /(Edg|OPR|Firefox|Chrome|Safari)\/(\d+)/.exec(agent);
  const on = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent);
  return [name ? `${name[1]} ${name[2]}` : '', on?.[0] ?? ''].filter(Boolean).join(' · ');
}
