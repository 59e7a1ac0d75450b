import { afterEach, describe, expect, it, vi } from 'vitest';
import { fault_of, open_devices } from '../src/media/devices';
import { level_of } from '../src/media/level_meter';
import { bars_of, LineMeter } from '../src/media/line_quality';

afterEach(() => vi.unstubAllGlobals());
const failing = (name: string) => Object.assign(new Error(name), { name });

describe('devices', () => {
  it('say why they cannot be opened', () => {
    expect(fault_of(failing('NotFoundError'))).toBe('none_found');
    expect(fault_of(failing('NotAllowedError'))).toBe('refused');
    expect(fault_of(failing('NotReadableError'))).toBe('in_use');
    expect(fault_of(undefined)).toBe('unknown');
  });

  it('open one by one: a missing camera does not cost the microphone', async () => {
    const track = { kind: 'audio', stop: vi.fn() };
    vi.stubGlobal('navigator', {
      mediaDevices: {
        getUserMedia: async (wanted: MediaStreamConstraints) => {
          if (wanted.video) throw failing('NotFoundError');
          return { getTracks: () => [track], getAudioTracks: () => [track], getVideoTracks: () => [] };
        },
      },
    });
    expect(await open_devices({})).toMatchObject({ microphone: track, camera: null, camera_fault: 'none_found' });
  });

  it('are left alone when none is wanted, and a page without the right to them says so', async () => {
    const getUserMedia = vi.fn();
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
    expect(await open_devices({ microphone: '', camera: '' })).toEqual({ microphone: null, camera: null });
    expect(getUserMedia).not.toHaveBeenCalled();
    vi.stubGlobal('navigator', {});
    expect(await open_devices({})).toMatchObject({ microphone_fault: 'insecure', camera_fault: 'insecure' });
  });
});

describe('the level meter', () => {
  it('goes from silence to full scale', () => {
    expect(level_of(new Float32Array(64))).toBe(0);
    expect(level_of(new Float32Array(64).fill(1))).toBe(1);
    expect(level_of(new Float32Array(64).fill(0.0316))).toBeCloseTo(0.5, 1);
  });
});

describe('the line', () => {
  it('is judged by loss and round trip', () => {
    expect(bars_of(20, 0)).toBe(4);
    expect(bars_of(250, 0)).toBe(3);
    expect(bars_of(20, 0.05)).toBe(2);
    expect(bars_of(undefined, 0.2)).toBe(1);
  });
  it('counts loss of the last seconds, not of the whole meeting', () => {
    const meter = new LineMeter();
    const report = (received: number, lost: number) => new Map([['a', { type: 'inbound-rtp', packetsReceived: received, packetsLost: lost }]]) as unknown as RTCStatsReport;
    meter.read(report(1000, 500));
    expect(meter.read(report(2000, 500)).loss).toBe(0);
    expect(meter.read(report(2050, 550)).loss).toBe(0.5);
  });
});
