// The encodings of a camera (simulcast, RFC 8853), from the smallest, and which of them are sent: the server says how
// many anybody needs, the page obeys. A browser without simulcast, or an answer without it, sends one.
interface Layer {
  rid: string;
  height: number; // px, the shorter side
  max_bitrate: number; // bit/s
  max_frame_rate?: number;
}

export const kLayers: readonly Layer[] = [
  { rid: 'l', height: 180, max_bitrate: 130_000, max_frame_rate: 15 },
  { rid: 'm', height: 360, max_bitrate: 420_000 },
  { rid: 'h', height: 720, max_bitrate: 1_300_000 },
];
const kOnly = { height: 360, max_bitrate: 700_000 }; // without simulcast: what a branch may send
const kFirstCount = 2; // until the server has said what is needed
const kFullSide = 720; // px, of a camera that does not tell its size

// Two temporal layers: a receiver with a bad line can be given every other frame. Browsers that do not know the word
// ignore it or refuse the encodings, which are then offered without it.
type Encoding = RTCRtpEncodingParameters & { scalabilityMode?: string };

const side_of = (track: MediaStreamTrack | null | undefined): number => {
  const { width, height } = track?.getSettings?.() ?? {};
  return width && height ? Math.min(width, height) : kFullSide;
};
const scale = (side: number, height: number) => Math.max(1, side / height);

// How many encodings a picture with this shorter side is worth: larger ones would only repeat the last.
export function useful_layers(side: number): number {
  if (side > 480) return 3;
  return side >= 300 ? 2 : 1;
}

export function send_encodings(track: MediaStreamTrack | null, count = kFirstCount, temporal = true): Encoding[] {
  const side = side_of(track);
  return kLayers.map((layer, index) => ({
    rid: layer.rid,
    active: index < Math.min(count, useful_layers(side)),
    maxBitrate: layer.max_bitrate,
    scaleResolutionDownBy: scale(side, layer.height),
    ...(layer.max_frame_rate ? { maxFramerate: layer.max_frame_rate } : {}),
    ...(temporal ? { scalabilityMode: 'L1T2' } : {}),
  }));
}

// A camera's line in the offer, with as much of the above as the browser takes.
export function add_camera(pc: RTCPeerConnection, track: MediaStreamTrack | null, count: number): RTCRtpTransceiver {
  const add = (sendEncodings?: RTCRtpEncodingParameters[]) =>
    pc.addTransceiver(track ?? 'video', { direction: 'sendonly', ...(sendEncodings ? { sendEncodings } : {}) });
  for (const temporal of [true, false]) {
    try {
      return add(send_encodings(track, count, temporal));
    } catch {
      // tried again with less
    }
  }
  return add();
}

// Sets what a sender's encodings carry, one change at a time; of several wishes the last one counts. The number that
// is wanted outlives connections, so that a venue on the stage comes back with all its layers.
export class LayerSwitch {
  private sender?: RTCRtpSender;
  private wanted = kFirstCount;
  private running = false;
  private again = false;

  get count(): number {
    return this.wanted;
  }
  set(count: number): void {
    this.wanted = Math.max(0, Math.min(kLayers.length, Math.trunc(count)));
    void this.apply();
  }
  // After the answer: only then is it known how many encodings there are.
  attach(sender: RTCRtpSender | undefined): void {
    this.sender = sender;
    void this.apply();
  }

  // Also after another camera was chosen, whose size may differ.
  async apply(): Promise<void> {
    this.again = true;
    if (this.running) return;
    this.running = true;
    while (this.again) {
      this.again = false;
      await this.apply_once().catch(() => undefined); // a closed connection: the next one starts anew
    }
    this.running = false;
  }

  private async apply_once(): Promise<void> {
    const sender = this.sender;
    if (!sender?.getParameters) return;
    const parameters = sender.getParameters();
    if (!parameters.encodings?.length) return;
    const before = JSON.stringify(parameters.encodings);
    const side = side_of(sender.track);
    const single = parameters.encodings.length === 1;
    const count = Math.min(this.wanted, useful_layers(side));
    parameters.encodings.forEach((encoding, index) => {
      const layer = single ? kOnly : kLayers[index]!;
      encoding.active = single ? this.wanted > 0 : index < count;
      encoding.maxBitrate = layer.max_bitrate;
      encoding.scaleResolutionDownBy = scale(side, layer.height);
      if (single) delete encoding.maxFramerate;
    });
    if (JSON.stringify(parameters.encodings) !== before) await sender.setParameters(parameters);
  }
}
