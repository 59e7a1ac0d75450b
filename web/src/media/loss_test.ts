// What a line loses, before joining: a quiet tone goes to the server over the meeting's own transport and comes back to
// this page alone. Lost packets are counted where they should have arrived, each way.
import { send } from '../api/client';

const kSendMs = 4000; // 50 packets a second: one lost packet is half a per cent
const kConnectMs = 6000;
const kGatherMs = 400;
const kLevel = 0.01; // heard by nobody, but sent: silence would be left out of the sound's packets

export interface Loss { loss_up_permille?: number; loss_down_permille?: number }

export const permille = (lost: number, received: number): number | undefined =>
  received + lost > 0 ? Math.max(0, Math.min(1000, Math.round((Math.max(0, lost) * 1000) / (Math.max(0, lost) + received)))) : undefined;

// From a report of getStats.
export function loss_of(report: Iterable<Record<string, unknown>>): Loss {
  const loss: Loss = {};
  let lost_up: number | undefined;
  let sent = 0;
  for (const stat of report) {
    const number = (key: string) => (typeof stat[key] === 'number' ? (stat[key] as number) : 0);
    if (stat.type === 'inbound-rtp') loss.loss_down_permille = permille(number('packetsLost'), number('packetsReceived'));
    if (stat.type === 'outbound-rtp') sent = number('packetsSent');
    if (stat.type === 'remote-inbound-rtp') lost_up = number('packetsLost');
  }
  if (lost_up !== undefined && sent > 0) loss.loss_up_permille = permille(lost_up, Math.max(0, sent - Math.max(0, lost_up)));
  // What was lost on the way up is missing on the way down as well: the server keeps the gaps.
  if (loss.loss_down_permille !== undefined) loss.loss_down_permille = Math.max(0, loss.loss_down_permille - (loss.loss_up_permille ?? 0));
  return loss;
}

export async function measure_loss(meeting: string, token: string): Promise<Loss> {
  const audio = new AudioContext();
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  let peer: string | undefined;
  try {
    const tone = audio.createOscillator();
    const quiet = audio.createGain();
    quiet.gain.value = kLevel;
    const out = audio.createMediaStreamDestination();
    tone.connect(quiet).connect(out);
    tone.start();
    pc.addTransceiver(out.stream.getAudioTracks()[0]!, { direction: 'sendonly' });
    pc.addTransceiver('audio', { direction: 'recvonly' });
    const connected = new Promise<boolean>((done) => {
      pc.onconnectionstatechange = () => pc.connectionState === 'connected' && done(true);
      setTimeout(() => done(false), kConnectMs);
    });
    await pc.setLocalDescription(await pc.createOffer());
    await new Promise<void>((done) => {
      pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
      setTimeout(done, kGatherMs);
    });
    const answer = await send('POST', `/meetings/${meeting}/media?as=tester`, { token, raw: { type: 'application/sdp', body: pc.localDescription!.sdp }, retry: false });
    peer = (answer.headers.get('Location') ?? '').split('/').pop();
    await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    if (!(await connected)) return {};
    await new Promise((done) => setTimeout(done, kSendMs));
    const stats: Record<string, unknown>[] = [];
    (await pc.getStats()).forEach((stat: Record<string, unknown>) => stats.push(stat));
    return loss_of(stats);
  } finally {
    pc.close();
    void audio.close();
    if (peer) await send('DELETE', `/media/${peer}`, { token, retry: false }).catch(() => undefined);
  }
}
