// Run inside a page: samples getStats() four times a second and the moment of every frame that is shown.

export function lineProbe() {
  const connections = []
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(...rest) {
      super(...rest)
      connections.push(this)
    }
  }
  const clock = () => performance.timeOrigin + performance.now()
  const stage = () => document.querySelector('video[data-slot="stage_main"]')
  const track = () => stage()?.srcObject?.getVideoTracks()[0]

  let samples = [], frames = [], timer
  const every = async () => {
    const connection = connections.findLast((c) => c.connectionState === 'connected')
    const sample = { at: clock(), out: [] }
    samples.push(sample)
    if (!connection) return
    const shown = track()
    for (const s of (await connection.getStats()).values()) {
      if (s.type === 'inbound-rtp' && s.kind === 'video' && s.trackIdentifier === shown?.id)
        sample.video = {
          frames: s.framesDecoded ?? 0, width: s.frameWidth ?? 0, height: s.frameHeight ?? 0, keyframes: s.keyFramesDecoded ?? 0,
          freezes: s.freezeCount ?? 0, frozen: s.totalFreezesDuration ?? 0, dropped: s.framesDropped ?? 0,
          bytes: s.bytesReceived, packets: s.packetsReceived, lost: s.packetsLost, nacks: s.nackCount ?? 0, plis: s.pliCount ?? 0,
          repaired: s.retransmittedPacketsReceived ?? 0, decoding: s.totalDecodeTime ?? 0,
          buffered: s.jitterBufferDelay ?? 0, emitted: s.jitterBufferEmittedCount ?? 0,
        }
      if (s.type === 'inbound-rtp' && s.kind === 'audio' && (sample.audio?.packets ?? 0) < s.packetsReceived)
        sample.audio = {
          samples: s.totalSamplesReceived ?? 0, concealed: s.concealedSamples ?? 0, silent: s.silentConcealedSamples ?? 0, fec: s.fecPacketsReceived ?? 0, fecUnused: s.fecPacketsDiscarded ?? 0,
          bytes: s.bytesReceived, packets: s.packetsReceived, lost: s.packetsLost, level: s.audioLevel ?? 0,
          buffered: s.jitterBufferDelay ?? 0, emitted: s.jitterBufferEmittedCount ?? 0,
        }
      if (s.type === 'outbound-rtp' && s.kind === 'video')
        sample.out.push({
          rid: s.rid ?? '', active: s.active ?? true, encoded: s.framesEncoded ?? 0, width: s.frameWidth ?? 0, height: s.frameHeight ?? 0,
          bytes: s.bytesSent, packets: s.packetsSent, resent: s.retransmittedPacketsSent ?? 0, nacks: s.nackCount ?? 0, plis: s.pliCount ?? 0,
          target: s.targetBitrate ?? 0, limited: s.qualityLimitationReason ?? '', limits: s.qualityLimitationDurations ?? {},
        })
      if (s.type === 'remote-inbound-rtp' && s.kind === 'video') sample.reported = s.fractionLost
      if (s.type === 'candidate-pair' && s.nominated)
        sample.pair = { rtt: s.currentRoundTripTime ?? 0, available: s.availableOutgoingBitrate ?? 0 }
    }
  }
  const watched = new WeakSet()
  const watch = () => {
    const video = stage()
    if (!video || watched.has(video)) return
    watched.add(video)
    const shown = () => {
      frames.push(clock())
      video.requestVideoFrameCallback(shown)
    }
    video.requestVideoFrameCallback(shown)
  }

  window.lineProbe = {
    connected: () => connections.some((c) => c.connectionState === 'connected'),
    made: () => connections.length,
    receiving: () => Boolean(track()) && frames.length > 0,
    watch,
    begin() {
      samples = []
      frames = []
      watch()
      clearInterval(timer)
      timer = setInterval(() => { watch(); void every() }, 250)
      void every()
    },
    end() {
      clearInterval(timer)
      return { samples, frames, connections: connections.length }
    },
  }
}
