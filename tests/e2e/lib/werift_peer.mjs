// A peer made with werift, a WebRTC stack in TypeScript that shares no code with browsers, GStreamer or the server: speaks
// WHIP and WHEP, counts what it receives, and sends RTP packets it is given.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from 'werift'
import { until } from './until.mjs'

const kCodecs = {
  audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48000, channels: 2 })],
  video: [new RTCRtpCodecParameters({
    mimeType: 'video/VP8', clockRate: 90000,
    rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }],
  })],
}

/** A STUN server on loopback (RFC 8489 section 6.3.1): without one werift asks a public one and waits 5 s for it. Its port. */
export async function answerStun(cleanUp) {
  const socket = createSocket('udp4')
  socket.on('message', (request, { address, port }) => {
    if (request.length < 20 || request.readUInt16BE(0) !== 0x0001) return
    const answer = Buffer.alloc(32)
    answer.writeUInt16BE(0x0101, 0)
    answer.writeUInt16BE(12, 2)
    request.copy(answer, 4, 4, 20)
    answer.writeUInt32BE(0x00200008, 20) // XOR-MAPPED-ADDRESS, section 14.2
    answer.writeUInt16BE(0x0001, 24)
    answer.writeUInt16BE(port ^ 0x2112, 26)
    address.split('.').forEach((byte, i) => answer.writeUInt8(Number(byte) ^ [0x21, 0x12, 0xa4, 0x42][i], 28 + i))
    socket.send(answer, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  cleanUp(() => socket.close())
  return socket.address().port
}

export class WeriftPeer {
  /** stun: the port of answerStun(), for many peers. */
  constructor({ stun } = {}) {
    // An empty list of servers would be filled with a public one, whose name is then asked for.
    this.peer = new RTCPeerConnection({
      codecs: kCodecs, iceServers: [{ urls: stun ? `stun:127.0.0.1:${stun}` : '' }], iceUseIpv6: false, iceAdditionalHostAddresses: ['127.0.0.1'],
    })
    this.received = { audio: [], video: [] } // sequence numbers, in the order of arrival
    this.keyframes = 0
    this.askedForKeyframe = 0
    this.onRtp = () => {}
  }

  /** Publishes two tracks whose packets come through write(). */
  async publish(url, token) {
    this.tracks = {}
    for (const kind of ['audio', 'video']) {
      this.tracks[kind] = new MediaStreamTrack({ kind })
      const { sender } = this.peer.addTransceiver(this.tracks[kind], { direction: 'sendonly' })
      sender.onPictureLossIndication.subscribe(() => { this.askedForKeyframe++ })
    }
    await this.connect(url, token)
  }
  write(kind, packet) { this.tracks[kind].writeRtp(packet) }

  /** Receives the stage and its sound. */
  async watch(url, token) {
    this.receivers = {}
    for (const kind of ['video', 'audio']) {
      const transceiver = this.peer.addTransceiver(kind, { direction: 'recvonly' })
      this.receivers[kind] = transceiver.receiver
      transceiver.onTrack.subscribe((track) => track.onReceiveRtp.subscribe((packet) => {
        this.ssrc ??= {}
        this.ssrc[kind] = packet.header.ssrc
        this.received[kind].push(packet.header.sequenceNumber)
        if (kind === 'video' && isKeyframeStart(packet.payload)) this.keyframes++
        this.onRtp(kind, packet)
      }))
    }
    await this.connect(url, token)
  }
  async askForKeyframe() { await this.receivers.video.sendRtcpPLI(this.ssrc.video) }

  async connect(url, token) {
    await this.peer.setLocalDescription(await this.peer.createOffer())
    await until(() => this.peer.iceGatheringState === 'complete', 'candidates')
    const answer = await fetch(url, {
      method: 'POST', body: this.peer.localDescription.sdp,
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
    })
    const text = await answer.text()
    if (answer.status !== 201) throw new Error(`${answer.status} ${text}\n${this.peer.localDescription.sdp}`)
    this.location = new URL(answer.headers.get('Location'), url).href
    this.token = token
    await this.peer.setRemoteDescription({ type: 'answer', sdp: text })
    await until(() => this.peer.connectionState === 'connected', 'werift connected')
  }

  async leave() {
    const answer = await fetch(this.location, { method: 'DELETE', headers: { Authorization: `Bearer ${this.token}` } })
    await this.peer.close()
    return answer.status
  }
}

/** The first packet of a VP8 keyframe: S bit, partition 0 (RFC 7741 section 4.2), and P bit 0 in the frame's header. */
function isKeyframeStart(payload) {
  if (payload.length < 4 || (payload[0] & 0x1f) !== 0x10) return false
  let at = 1
  if (payload[0] & 0x80) {
    const x = payload[at++]
    if (x & 0x80) at += payload[at] & 0x80 ? 2 : 1
    if (x & 0x40) at++
    if (x & 0x30) at++
  }
  return at < payload.length && (payload[at] & 1) === 0
}
