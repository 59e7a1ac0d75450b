// When a page's media connection is mended, and how: ICE restart if only the network changed, else a new connection.
// Pure timing and decisions; media/session.ts carries them out. Delays 0.3 s doubling to 1 s keep a page within
// 5 s of a restarted server.
export interface ReconnectActions {
  restart_ice(): Promise<boolean>; // true: the server took it
  probe(): Promise<boolean>; // true: the server still knows this session
  rebuild(): Promise<boolean>; // true: a new session is being set up
}

export const kFirstDelayMs = 300;
export const kLastDelayMs = 1000;
export const kDisconnectedMs = 2000; // a short dip is left alone
export const kConnectTimeoutMs = 4000; // an offer answered, but no packets got through

export class ReconnectPolicy {
  private delay = kFirstDelayMs;
  private timer?: ReturnType<typeof setTimeout>;
  private busy = false;
  private again = false;
  private stopped = true;
  private connected = false;

  constructor(private readonly actions: ReconnectActions) {}

  start(): void {
    this.stopped = false;
    this.delay = kFirstDelayMs;
    void this.rebuild();
  }

  stop(): void {
    this.stopped = true;
    this.connected = false;
    clearTimeout(this.timer);
  }

  // RTCPeerConnection.connectionState of the current connection.
  connection_state(state: string): void {
    if (this.stopped) return;
    if (state === 'connected') {
      this.connected = true;
      this.delay = kFirstDelayMs;
      clearTimeout(this.timer);
    } else if (state === 'disconnected') {
      this.connected = false;
      this.later(kDisconnectedMs, () => !this.connected, () => this.network_changed());
    } else if (state === 'failed' || state === 'closed') {
      this.connected = false;
      this.later(0);
    }
  }

  // The browser says that it is on a network again, or on another one; or packets have stopped.
  async network_changed(): Promise<void> {
    if (this.stopped || this.busy) return;
    clearTimeout(this.timer);
    if (await this.guarded(() => this.actions.restart_ice())) this.later(kConnectTimeoutMs, () => !this.connected);
    else this.later(0);
  }

  // The live socket was cut and is back: the server may be a new process that knows nothing of this session.
  async socket_resumed(): Promise<void> {
    if (this.stopped) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    if (!(await this.guarded(() => this.actions.probe()))) {
      this.delay = kFirstDelayMs;
      this.connected = false;
      this.later(0);
    }
  }

  private async guarded(action: () => Promise<boolean>): Promise<boolean> {
    try {
      return await action();
    } catch {
      return false;
    }
  }

  private later(ms: number, still_needed: () => boolean = () => true, mend = () => this.rebuild()): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (still_needed()) void mend();
    }, ms);
  }

  private async rebuild(): Promise<void> {
    if (this.stopped || this.busy) return;
    this.busy = true;
    this.again = false;
    this.connected = false;
    clearTimeout(this.timer);
    const answered = await this.guarded(() => this.actions.rebuild());
    this.busy = false;
    if (this.stopped) return;
    if (answered && this.again) {
      this.again = false;
      void this.socket_resumed();
    }
    if (answered) {
      if (!this.connected) this.later(kConnectTimeoutMs, () => !this.connected);
    } else {
      this.later(this.delay);
      this.delay = Math.min(this.delay * 2, kLastDelayMs);
    }
  }
}
