// One media connection of a page: offers once, sets the answer, hands out the received tracks by slot, and is mended
// by ReconnectPolicy. A mended connection is a new RTCPeerConnection; the page's video elements stay.
import { ApiError, send } from '../api/client';
import { apply_fragment, fragment_of, kProbeFragment } from './ice_restart';
import { add_camera, LayerSwitch } from './layers';
import { ReconnectPolicy } from './reconnect';
import { offer_lines, type OfferLine, type PageRole } from './slots';

export interface SessionOptions {
  meeting: string;
  role: PageRole;
  token?: string;
  wall?: () => string[]; // venues that the wall slots shall show at first
  microphone?: () => MediaStreamTrack | null;
  camera?: () => MediaStreamTrack | null;
}

export interface SessionHandlers {
  track(slot: string, track: MediaStreamTrack): void;
  peer(id: string | undefined): void; // a new session, whose slot messages are asked for by id; undefined: none now
  connected(up: boolean): void;
  refused(error: ApiError): void; // 4xx: no further tries
}

// VP8 with its repairs (RTX), Opus and its redundant form (RED) are what the server takes; naming no others keeps the
// offer of a console's 32 lines small. In-band FEC and DTX of Opus are asked for by the answer.
const kCodecs = { audio: /^audio\/(opus|red)$/i, video: /^video\/(VP8|rtx)$/i };
function prefer_codecs(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  const known = RTCRtpReceiver.getCapabilities?.(kind)?.codecs.filter((codec) => kCodecs[kind].test(codec.mimeType)) ?? [];
  if (!known.length || !transceiver.setCodecPreferences) return;
  try {
    transceiver.setCodecPreferences(known);
  } catch {
    // An older browser's own list works as well, it is only longer.
  }
}

const kIceGatherMs = 400; // the server is ICE-lite and learns our address from checks; host candidates suffice
const kPatchMs = 3000; // an ICE restart that is not answered by then is no use
const kLeaveMs = 1000; // a rebuild does not wait longer for the server's word on the old session
const kAnswerMs = 6000; // an offer without an answer for so long is given up: its connection may wait in a cut line
const kStuckMs = 1500; // ... or for so long, when the live socket has just shown that the line is back

export class MediaSession {
  private pc?: RTCPeerConnection;
  private peer?: string;
  private readonly policy = new ReconnectPolicy({
    rebuild: () => this.rebuild(),
    restart_ice: () => this.restart_ice(),
    probe: () => this.probe(),
  });
  private readonly layers = new LayerSwitch();
  private readonly senders = new Map<string, RTCRtpSender>(); // of the current connection, by kind
  private stopped = false;
  private offering?: { since: number; abort: AbortController };
  private readonly on_online = () => void this.policy.network_changed();
  // From Wi-Fi to a cable or the mobile network; the browser also tells of mere changes of speed, which are none.
  private readonly network = (navigator as { connection?: EventTarget & { type?: string } }).connection;
  private network_type = this.network?.type;
  private readonly on_network = () => {
    const before = this.network_type;
    this.network_type = this.network?.type;
    if (this.network_type !== before && this.network_type !== 'none') this.on_online();
  };
  private readonly on_hide = () => void this.leave(true); // a closed or reloaded page gives its seat back at once

  constructor(
    private readonly options: SessionOptions,
    private readonly handlers: SessionHandlers,
  ) {}

  start(): void {
    this.stopped = false;
    window.addEventListener('online', this.on_online);
    this.network?.addEventListener?.('change', this.on_network);
    window.addEventListener('pagehide', this.on_hide);
    this.policy.start();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    window.removeEventListener('online', this.on_online);
    this.network?.removeEventListener?.('change', this.on_network);
    window.removeEventListener('pagehide', this.on_hide);
    this.policy.stop();
    this.close_connection();
    await this.leave();
  }

  socket_resumed(): void {
    if (this.offering && Date.now() - this.offering.since > kStuckMs) this.offering.abort.abort();
    void this.policy.socket_resumed();
  }

  async set_wall(venues: string[]): Promise<void> {
    if (!this.peer) return;
    try {
      await send('PUT', `/media/${this.peer}/wall`, { token: this.options.token, body: { venues }, retry: false });
    } catch (error) {
      // A session that the server lost is rebuilt, with this wall; anything else shows on the next page change.
      if (error instanceof ApiError && error.status === 404) this.policy.connection_state('failed');
    }
  }

  async replace(kind: 'audio' | 'video', track: MediaStreamTrack | null): Promise<void> {
    await this.senders.get(kind)?.replaceTrack(track);
    if (kind === 'video') await this.layers.apply();
  }

  // How many encodings of the camera, from the smallest, anybody needs.
  set_layers(count: number): void {
    this.layers.set(count);
  }

  async stats(): Promise<RTCStatsReport | undefined> {
    return this.pc?.getStats();
  }

  private close_connection(): void {
    const pc = this.pc;
    this.pc = undefined;
    this.layers.attach(undefined);
    if (!pc) return;
    pc.onconnectionstatechange = null;
    pc.ontrack = null;
    pc.close();
  }

  private async leave(keepalive = false): Promise<void> {
    const peer = this.peer;
    this.peer = undefined;
    if (!peer) return;
    try {
      const signal = AbortSignal.timeout?.(kLeaveMs);
      await send('DELETE', `/media/${peer}`, { token: this.options.token, retry: false, signal, keepalive });
    } catch {
      // The server drops a peer without consent by itself.
    }
  }

  private async rebuild(): Promise<boolean> {
    this.close_connection();
    this.handlers.connected(false);
    this.handlers.peer(undefined);
    await this.leave();
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.pc = pc;
    const slots = new Map<RTCRtpTransceiver, string>();
    for (const line of offer_lines(this.options.role)) {
      const transceiver = this.add_line(pc, line);
      prefer_codecs(transceiver, line.kind);
      if (line.slot) slots.set(transceiver, line.slot);
      else this.senders.set(line.kind, transceiver.sender);
    }
    pc.onconnectionstatechange = () => {
      if (pc !== this.pc) return;
      this.handlers.connected(pc.connectionState === 'connected');
      this.policy.connection_state(pc.connectionState);
    };
    await pc.setLocalDescription(await pc.createOffer());
    await this.gathered(pc);
    if (pc !== this.pc) return false;

    const answer = await this.post_offer(pc.localDescription!.sdp);
    if (!answer || pc !== this.pc || this.stopped) return false;
    await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    this.peer = answer.peer;
    this.layers.attach(this.senders.get('video'));
    this.handlers.peer(answer.peer);
    for (const [transceiver, slot] of slots) this.handlers.track(slot, transceiver.receiver.track);
    return true;
  }

  private add_line(pc: RTCPeerConnection, { kind, direction, slot }: OfferLine): RTCRtpTransceiver {
    if (slot) return pc.addTransceiver(kind, { direction });
    if (kind === 'video') return add_camera(pc, this.options.camera?.() ?? null, this.layers.count);
    return pc.addTransceiver(this.options.microphone?.() ?? kind, { direction });
  }

  private gathered(pc: RTCPeerConnection): Promise<void> {
    if (pc.iceGatheringState === 'complete') return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, kIceGatherMs);
      pc.addEventListener('icegatheringstatechange', () => {
        if (pc.iceGatheringState !== 'complete') return;
        clearTimeout(timer);
        done();
      });
    });
  }

  private async post_offer(sdp: string): Promise<{ sdp: string; peer: string } | undefined> {
    const { meeting, role, token } = this.options;
    const wall = this.options.wall?.() ?? [];
    const query = new URLSearchParams({ as: role });
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), kAnswerMs);
    this.offering = { since: Date.now(), abort };
    if (wall.length) query.set('wall', wall.join(','));
    try {
      const response = await send('POST', `/meetings/${meeting}/media?${query}`, {
        token,
        raw: { type: 'application/sdp', body: sdp },
        retry: false,
        signal: abort.signal,
      });
      const peer = (response.headers.get('Location') ?? '').split('/').pop() ?? '';
      return { sdp: await response.text(), peer };
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
        this.policy.stop();
        this.handlers.refused(error);
      }
      return undefined;
    } finally {
      clearTimeout(timer);
      this.offering = undefined;
    }
  }

  private async restart_ice(): Promise<boolean> {
    const pc = this.pc;
    if (!pc || !this.peer || !pc.remoteDescription) return false;
    pc.restartIce();
    await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
    await this.gathered(pc);
    const response = await this.patch(fragment_of(pc.localDescription!.sdp));
    if (response.status !== 200) return false;
    const sdp = apply_fragment(pc.remoteDescription.sdp, await response.text());
    await pc.setRemoteDescription({ type: 'answer', sdp });
    return true;
  }

  // A fragment without credentials changes nothing (204); a session that is gone answers 404.
  private async probe(): Promise<boolean> {
    if (!this.pc || !this.peer || this.pc.connectionState === 'failed') return false;
    const response = await this.patch(kProbeFragment);
    return response.status === 204 || response.status === 200;
  }

  private patch(body: string): Promise<Response> {
    return send('PATCH', `/media/${this.peer}`, {
      token: this.options.token,
      raw: { type: 'application/trickle-ice-sdpfrag', body },
      retry: false,
      signal: AbortSignal.timeout?.(kPatchMs),
    });
  }
}
