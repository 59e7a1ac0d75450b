// A venue's screen, sent beside its camera on a connection of its own. It lives as long as the page shares:
// when it breaks the page says so, and a press begins anew. Screens are read, not watched: sharpness before motion.
import { ref } from 'vue';
import { ApiError, send } from '../api/client';
import { words_of } from '../lib/tell';

const kMaxBitrate = 1_200_000; // bit/s
const kMaxFrameRate = 10;
const kMaxWidth = 1920;
const kGatherMs = 400;

export const can_share = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === 'function';

export function use_screen_share(meeting: string, token: () => string | undefined) {
  const sharing = ref(false);
  const busy = ref(false);
  const fault = ref('');
  let pc: RTCPeerConnection | undefined;
  let track: MediaStreamTrack | undefined;
  let peer: string | undefined;

  async function start(): Promise<void> {
    if (sharing.value || busy.value) return;
    busy.value = true;
    fault.value = '';
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: kMaxFrameRate }, width: { max: kMaxWidth } }, audio: false });
      track = stream.getVideoTracks()[0]!;
      track.contentHint = 'detail';
      track.onended = () => void stop(); // the browser's own "stop sharing"
      await connect(track);
      sharing.value = true;
    } catch (error) {
      // Somebody who closes the browser's question has decided, nothing failed.
      if (!(error instanceof DOMException && error.name === 'NotAllowedError')) fault.value = words_of(error);
      await stop();
    } finally {
      busy.value = false;
    }
  }

  async function connect(screen: MediaStreamTrack): Promise<void> {
    const mine = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    pc = mine;
    const line = mine.addTransceiver(screen, { direction: 'sendonly', sendEncodings: [{ maxBitrate: kMaxBitrate, maxFramerate: kMaxFrameRate }] });
    const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs.filter((c) => /^video\/(VP8|rtx)$/i.test(c.mimeType)) ?? [];
    if (codecs.length) line.setCodecPreferences?.(codecs);
    mine.onconnectionstatechange = () => mine === pc && mine.connectionState === 'failed' && void stop();
    await mine.setLocalDescription(await mine.createOffer());
    await new Promise<void>((done) => {
      if (mine.iceGatheringState === 'complete') return done();
      mine.onicegatheringstatechange = () => mine.iceGatheringState === 'complete' && done();
      setTimeout(done, kGatherMs);
    });
    const answer = await send('POST', `/meetings/${meeting}/media?as=sharer`, { token: token(), raw: { type: 'application/sdp', body: mine.localDescription!.sdp }, retry: false });
    peer = (answer.headers.get('Location') ?? '').split('/').pop();
    await mine.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  }

  // keepalive: the page is being left.
  async function stop(keepalive = false): Promise<void> {
    const gone = peer;
    peer = undefined;
    track?.stop();
    track = undefined;
    pc?.close();
    pc = undefined;
    sharing.value = false;
    if (!gone) return;
    await send('DELETE', `/media/${gone}`, { token: token(), retry: false, keepalive }).catch((error) => {
      if (!(error instanceof ApiError)) throw error; // 404: the chair was faster
    }).catch(() => undefined); // a cut line: the server drops it by itself
  }

  return { sharing, busy, fault, start, stop };
}
