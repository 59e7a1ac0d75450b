// The live socket of one meeting: snapshot, then numbered merge patches; after a cut it resumes from the last number.
// Reports what a page shows; never reloads it. Messages: LiveMessage in docs/api/openapi.yaml.
import type { Received } from '../media/received';
import { merge_patch } from './merge_patch';
import type { Figures, LiveMessage, LiveState } from './types';

export interface LiveHandlers {
  state(state: LiveState, seq: number): void;
  slot?(slot: string, venue: string | null): void;
  layers?(count: number): void; // of the camera, from the smallest, that anybody needs
  figures?(figures: Figures[]): void;
  // resumed: the line was cut and is back; media then checks whether its session is still there.
  link?(up: boolean, resumed: boolean): void;
  goodbye?(reason: string): void;
  // Refused for good (not allowed, meeting unknown): no further tries.
  refused?(): void;
  clock?(server_now_ms: number, exact: boolean): void;
}

export interface LiveOptions {
  meeting: string;
  token?: () => string | undefined; // a venue's bearer token, sent as the first message
  as?: 'display';
  open?: (url: string) => WebSocket;
}

const kFirstDelay = 300; // ms, doubled up to kLastDelay: a restarted server is found within 5 s
const kLastDelay = 1000;
const kOpenTimeout = 4000;
const kRefusals = new Set([1008, 4400, 4401, 4403, 4404]); // close codes of docs/protocol.md; trying again is no use

export class LiveClient {
  private socket?: WebSocket;
  private state_?: LiveState;
  private seq?: number;
  private delay = kFirstDelay;
  private timer?: ReturnType<typeof setTimeout>;
  private watchdog?: ReturnType<typeof setTimeout>;
  private stopped = true;
  private was_up = false; // ever
  private up = false;
  private silent_closes = 0; // closes without any message since the last one
  private peer?: string;
  private takes_reports = false; // an older server would close the socket

  constructor(
    private readonly options: LiveOptions,
    private readonly handlers: LiveHandlers,
  ) {}

  start(): void {
    this.stopped = false;
    this.open();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
    this.up = false;
  }

  // Opens a new socket at once: the network changed, or the old one is suspected dead.
  kick(): void {
    if (this.stopped) return;
    this.drop();
    this.delay = kFirstDelay;
    this.open();
  }

  // Slot messages of this media session are wanted from now on; of none while a new one is being made, so that the
  // end of the old one is not taken for another device taking over.
  set_peer(peer: string | undefined): void {
    this.peer = peer;
    if (this.up) this.send({ t: 'peer', id: peer ?? '' });
  }

  // What the page received of its media. Dropped while the line is cut: the next one says the same and more.
  report(received: Received): void {
    if (this.up && this.takes_reports) this.send({ t: 'received', ...received });
  }

  get last_seq(): number | undefined {
    return this.seq;
  }

  private url(): string {
    const query = new URLSearchParams({ meeting: this.options.meeting });
    if (this.seq !== undefined && this.state_) query.set('after', String(this.seq));
    if (this.options.token?.()) query.set('auth', 'token');
    if (this.options.as) query.set('as', this.options.as);
    const { protocol, host } = window.location;
    return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/live?${query}`;
  }

  private open(): void {
    clearTimeout(this.timer);
    const make = this.options.open ?? ((url: string) => new WebSocket(url));
    const socket = make(this.url());
    this.socket = socket;
    let spoke = false;
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => socket === this.socket && !this.up && this.kick(), kOpenTimeout);
    socket.onopen = () => {
      if (socket !== this.socket) return;
      const token = this.options.token?.();
      if (token) this.send({ t: 'auth', token });
      // A resumed page may get no message for minutes; an open socket with a known state is a live link.
      if (this.seq !== undefined && this.state_) this.link_up();
      else if (this.peer) this.send({ t: 'peer', id: this.peer });
    };
    socket.onmessage = (event: MessageEvent) => {
      if (socket !== this.socket) return;
      spoke = true;
      this.silent_closes = 0;
      this.receive(JSON.parse(String(event.data)) as LiveMessage);
    };
    socket.onclose = (event: CloseEvent) => {
      if (socket !== this.socket) return;
      if (!spoke) this.silent_closes += 1;
      if (kRefusals.has(event.code)) {
        this.stop();
        this.handlers.link?.(false, false);
        this.handlers.refused?.();
        return;
      }
      // Several mute closes in a row: the number to resume from may be what is wrong.
      if (this.silent_closes >= 3) this.seq = undefined;
      this.lost();
    };
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
    if (this.up) {
      this.up = false;
      this.handlers.link?.(false, false);
    }
  }

  private lost(): void {
    this.drop();
    if (this.stopped) return;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.timer = setTimeout(() => this.open(), this.delay);
    this.delay = Math.min(this.delay * 2, kLastDelay);
  }

  private link_up(): void {
    if (this.up) return;
    this.up = true;
    this.delay = kFirstDelay;
    clearTimeout(this.watchdog);
    if (this.peer) this.send({ t: 'peer', id: this.peer });
    this.handlers.link?.(true, this.was_up);
    this.was_up = true;
  }

  private send(message: unknown): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private receive(message: LiveMessage): void {
    switch (message.t) {
      case 'layers':
        this.handlers.layers?.(message.count ?? 0);
        break;
      case 'snapshot':
        if (!message.state) return;
        this.state_ = message.state;
        this.seq = message.seq ?? 0;
        if (message.now) this.handlers.clock?.(Date.parse(message.now), true);
        this.link_up();
        this.handlers.state(this.state_, this.seq);
        break;
      case 'delta':
        // The same number may come again with what changed without an event, such as a line; older ones are repeats.
        if (!this.state_ || (message.seq !== undefined && this.seq !== undefined && message.seq < this.seq)) return;
        this.state_ = merge_patch(this.state_, message.patch ?? {});
        if (message.seq !== undefined) this.seq = message.seq;
        if (message.at) this.handlers.clock?.(Date.parse(message.at), false);
        this.handlers.state(this.state_, this.seq ?? 0);
        break;
      case 'advance':
        if (message.seq !== undefined) this.seq = Math.max(this.seq ?? 0, message.seq);
        break;
      case 'slot':
        if (message.slot) this.handlers.slot?.(message.slot, message.venue ?? null);
        break;
      case 'figures':
        this.takes_reports = (message.figures ?? []).some((one) => 'rung' in one);
        this.handlers.figures?.(message.figures ?? []);
        break;
      case 'goodbye':
        if (message.reason === 'taken_over' || message.reason === 'ended') this.stop();
        this.handlers.goodbye?.(message.reason ?? '');
        break;
    }
  }
}
