import { describe, expect, it, vi } from 'vitest';
import { add_camera, LayerSwitch, send_encodings, useful_layers } from '../src/media/layers';

const camera = (width: number, height: number) => ({ getSettings: () => ({ width, height }) }) as unknown as MediaStreamTrack;
type Encoding = RTCRtpEncodingParameters;

function sender_of(encodings: Encoding[], track = camera(1280, 720)) {
  const sent: Encoding[][] = [];
  const sender = {
    track,
    getParameters: () => ({ encodings: structuredClone(encodings) }),
    setParameters: vi.fn(async (next: { encodings: Encoding[] }) => {
      await Promise.resolve();
      encodings = structuredClone(next.encodings);
      sent.push(encodings);
    }),
  };
  return { sender: sender as unknown as RTCRtpSender & { setParameters: ReturnType<typeof vi.fn> }, sent, active: () => encodings.map((e) => e.active) };
}
const settle = () => new Promise((done) => setTimeout(done));

describe('encodings of a camera', () => {
  it('are 180p, 360p and 720p from the smallest, the largest off until it is needed', () => {
    const encodings = send_encodings(camera(1280, 720));
    expect(encodings.map((e) => e.rid)).toEqual(['l', 'm', 'h']);
    expect(encodings.map((e) => e.scaleResolutionDownBy)).toEqual([4, 2, 1]);
    expect(encodings.map((e) => e.active)).toEqual([true, true, false]);
    expect(encodings[0]!.maxFramerate).toBe(15);
  });

  it('of a small camera are not made smaller than their name, and none is sent twice', () => {
    expect(send_encodings(camera(640, 480), 3).map((e) => e.active)).toEqual([true, true, false]);
    expect(send_encodings(camera(320, 180), 3)[0]).toMatchObject({ active: true, scaleResolutionDownBy: 1 });
    expect(send_encodings(camera(320, 180), 3).map((e) => e.active)).toEqual([true, false, false]);
    expect(send_encodings(camera(720, 1280)).map((e) => e.scaleResolutionDownBy)).toEqual([4, 2, 1]);
    expect(useful_layers(720)).toBe(3);
  });

  it('are offered with less to a browser that refuses them', () => {
    const tried: (Encoding[] | undefined)[] = [];
    const pc = {
      addTransceiver: (_: unknown, init: RTCRtpTransceiverInit) => {
        tried.push(init.sendEncodings);
        if (init.sendEncodings) throw new Error('OperationError');
        return 'line';
      },
    } as unknown as RTCPeerConnection;
    expect(add_camera(pc, null, 2)).toBe('line');
    expect(tried[0]![0]).toHaveProperty('scalabilityMode');
    expect(tried[1]![0]).not.toHaveProperty('scalabilityMode');
    expect(tried[2]).toBeUndefined();
  });
});

describe('LayerSwitch', () => {
  it('obeys the last of several wishes, one change at a time, and repeats none', async () => {
    const { sender, sent, active } = sender_of(send_encodings(camera(1280, 720)));
    const layers = new LayerSwitch();
    layers.attach(sender);
    await settle();
    expect(sent).toHaveLength(0); // as offered
    layers.set(3);
    layers.set(1);
    layers.set(0);
    await settle();
    expect(active()).toEqual([false, false, false]);
    expect(sent).toHaveLength(2);
    layers.set(0);
    await settle();
    expect(sent).toHaveLength(2);
  });

  it('keeps what is wanted over a new connection', async () => {
    const layers = new LayerSwitch();
    layers.set(3);
    layers.attach(undefined);
    expect(send_encodings(camera(1280, 720), layers.count).map((e) => e.active)).toEqual([true, true, true]);
    const { sender, active } = sender_of(send_encodings(camera(1280, 720)));
    layers.attach(sender);
    await settle();
    expect(active()).toEqual([true, true, true]);
  });

  it('sends one picture of middle size where there is no simulcast', async () => {
    const { sender, sent } = sender_of([send_encodings(camera(1280, 720))[0]!]);
    const layers = new LayerSwitch();
    layers.attach(sender);
    await settle();
    expect(sent[0]![0]).toMatchObject({ active: true, scaleResolutionDownBy: 2, maxBitrate: 700_000 });
    expect(sent[0]![0]).not.toHaveProperty('maxFramerate');
  });

  it('survives a refusal', async () => {
    const { sender } = sender_of(send_encodings(camera(1280, 720)));
    sender.setParameters.mockRejectedValueOnce(new Error('InvalidStateError'));
    const layers = new LayerSwitch();
    layers.attach(sender);
    layers.set(3);
    await settle();
    layers.set(3);
    await settle();
    expect(sender.setParameters).toHaveBeenCalledTimes(2);
  });
});
