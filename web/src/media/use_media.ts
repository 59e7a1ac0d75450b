// A page's media: its session, a stream per slot for the page's elements, and whether sound may play.
import { onScopeDispose, reactive, ref, shallowRef } from 'vue';
import type { ApiError } from '../api/client';
import { useLive } from '../stores/live';
import { LineMeter, type LineQuality } from './line_quality';
import { ReceivedMeter } from './received';
import { MediaSession, type SessionOptions } from './session';
import type { PageRole } from './slots';

const kReadMs = 2000;
const kReportEach = 3; // so many reads: every 6 s

export function use_media() {
  const live = useLive();
  const streams = reactive(new Map<string, MediaStream>());
  const connected = ref(false);
  const offline = ref(!navigator.onLine); // the browser itself has no network
  const ever_connected = ref(false);
  const refused = shallowRef<ApiError>();
  const line = ref<LineQuality>({ bars: 0 });
  const sound_blocked = ref(false);
  let session: MediaSession | undefined;
  let role: PageRole | undefined;
  let meter = new LineMeter();
  let received = new ReceivedMeter();
  let reads = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  async function read_line() {
    if (!connected.value) {
      line.value = { bars: 0 };
      return;
    }
    const report = await session?.stats();
    if (!report) return;
    line.value = meter.read(report);
    if (role === 'venue' && ++reads % kReportEach === 0) live.report(received.read(report));
  }

  function start(options: SessionOptions): void {
    refused.value = undefined;
    role = options.role;
    session = new MediaSession(options, {
      track(slot, track) {
        streams.set(slot, new MediaStream([track]));
      },
      peer(id) {
        live.set_peer(id);
        meter = new LineMeter();
        received = new ReceivedMeter();
      },
      connected(up) {
        connected.value = up;
        ever_connected.value ||= up;
        void read_line();
      },
      refused: (error) => (refused.value = error),
    });
    live.on_layers = (count) => session?.set_layers(count);
    session.start();
    timer = setInterval(() => void read_line(), kReadMs);
  }

  async function stop(): Promise<void> {
    clearInterval(timer);
    const old = session;
    session = undefined;
    connected.value = false;
    streams.clear();
    await old?.stop();
  }
  const on_network = () => (offline.value = !navigator.onLine);
  for (const event of ['online', 'offline']) window.addEventListener(event, on_network);
  onScopeDispose(() => {
    for (const event of ['online', 'offline']) window.removeEventListener(event, on_network);
    void stop();
  });

  // Called by sound elements: true if the browser let them play.
  function played(ok: boolean): void {
    if (!ok) sound_blocked.value = true;
  }
  // From a press: every sound element of the page may play now.
  async function allow_sound(): Promise<void> {
    sound_blocked.value = false;
    for (const element of document.querySelectorAll<HTMLAudioElement>('audio[data-slot]')) {
      await element.play().catch(() => (sound_blocked.value = true));
    }
  }
  async function use_speaker(id: string | undefined): Promise<void> {
    for (const element of document.querySelectorAll<HTMLAudioElement>('audio[data-slot]')) {
      const with_sink = element as HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };
      await with_sink.setSinkId?.(id ?? '').catch(() => undefined);
    }
  }

  return {
    streams, connected, offline, ever_connected, refused, line, sound_blocked, start, stop, played, allow_sound, use_speaker,
    socket_resumed: () => session?.socket_resumed(),
    set_wall: (venues: string[]) => session?.set_wall(venues),
    replace: (kind: 'audio' | 'video', track: MediaStreamTrack | null) => session?.replace(kind, track),
  };
}
export type PageMedia = ReturnType<typeof use_media>;
