import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReconnectPolicy } from '../src/media/reconnect';

function setup(answers: { rebuild?: boolean[]; restart?: boolean; probe?: boolean } = {}) {
  const calls: string[] = [];
  const rebuilds = [...(answers.rebuild ?? [])];
  const policy = new ReconnectPolicy({
    rebuild: async () => {
      calls.push('rebuild');
      return rebuilds.shift() ?? true;
    },
    restart_ice: async () => {
      calls.push('restart');
      return answers.restart ?? true;
    },
    probe: async () => {
      calls.push('probe');
      return answers.probe ?? true;
    },
  });
  policy.start();
  return { policy, calls };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const count = (calls: string[], what: string) => calls.filter((c) => c === what).length;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('ReconnectPolicy', () => {
  it('connects at once and then leaves a good connection alone', async () => {
    const { policy, calls } = setup();
    await pass(0);
    policy.connection_state('connected');
    await pass(60_000);
    expect(calls).toEqual(['rebuild']);
  });

  it('leaves a short dip alone, restarts ICE after 2 s without packets, makes a new connection if that does not help', async () => {
    const { policy, calls } = setup();
    await pass(0);
    policy.connection_state('connected');
    policy.connection_state('disconnected');
    await pass(1900);
    policy.connection_state('connected');
    await pass(5000);
    expect(calls).toEqual(['rebuild']);
    policy.connection_state('disconnected');
    await pass(2000);
    expect(calls).toEqual(['rebuild', 'restart']);
    policy.connection_state('connected');
    await pass(10_000);
    expect(calls).toEqual(['rebuild', 'restart']);
    policy.connection_state('disconnected');
    await pass(2000 + 4000);
    expect(calls).toEqual(['rebuild', 'restart', 'restart', 'rebuild']);
  });

  it('mends a failed connection at once', async () => {
    const { policy, calls } = setup();
    await pass(0);
    policy.connection_state('failed');
    await pass(0);
    expect(count(calls, 'rebuild')).toBe(2);
  });

  it('tries after 0.3, 0.6, 1.2, 2, 2 s while the server is away: within 5 s of its return', async () => {
    const { calls } = setup({ rebuild: [false, false, false, false, false, false] });
    await pass(0);
    for (const [pause, tries] of [[300, 2], [600, 3], [1000, 4], [1000, 5], [1000, 6]] as const) {
      await pass(pause - 1);
      expect(count(calls, 'rebuild')).toBe(tries - 1);
      await pass(1);
      expect(count(calls, 'rebuild')).toBe(tries);
    }
  });

  it('tries again when an offer was answered but no packet gets through for 4 s', async () => {
    const { calls } = setup();
    await pass(0);
    await pass(4000);
    expect(count(calls, 'rebuild')).toBe(2);
  });

  it('restarts ICE first when only the network changed', async () => {
    const { policy, calls } = setup();
    await pass(0);
    policy.connection_state('connected');
    await policy.network_changed();
    policy.connection_state('connected');
    await pass(10_000);
    expect(calls).toEqual(['rebuild', 'restart']);
  });

  it('makes a new connection when the ICE restart is refused', async () => {
    const { policy, calls } = setup({ restart: false });
    await pass(0);
    policy.connection_state('connected');
    await policy.network_changed();
    await pass(0);
    expect(calls).toEqual(['rebuild', 'restart', 'rebuild']);
  });

  it('keeps the session after a cut of the socket if the server still knows it', async () => {
    const { policy, calls } = setup({ probe: true });
    await pass(0);
    policy.connection_state('connected');
    await policy.socket_resumed();
    await pass(1000);
    expect(calls).toEqual(['rebuild', 'probe']);
  });

  it('makes a new connection at once if the restarted server does not', async () => {
    const { policy, calls } = setup({ probe: false });
    await pass(0);
    policy.connection_state('connected');
    await policy.socket_resumed();
    await pass(0);
    expect(calls).toEqual(['rebuild', 'probe', 'rebuild']);
  });

  it('does nothing after stop', async () => {
    const { policy, calls } = setup();
    await pass(0);
    policy.stop();
    policy.connection_state('failed');
    await policy.network_changed();
    await policy.socket_resumed();
    await pass(10_000);
    expect(calls).toEqual(['rebuild']);
  });
});
