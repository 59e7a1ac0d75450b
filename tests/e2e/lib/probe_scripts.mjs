// Run inside pages, before their own scripts. Nothing here changes what a page does; it only remembers its peer
// connections so that a test can look at real statistics, pixels and tones.

export function pageProbe() {
  const connections = []
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(...rest) {
      super(...rest)
      connections.push(this)
    }
  }
  const live = () => connections.filter((c) => c.connectionState === 'connected')

  window.probe = {
    connected: () => live().length,
    /** Peer connections that the page has made so far; a page that came back has made a new one. */
    made: () => connections.length,
    newest: () => connections.at(-1),
    newestConnected: () => connections.at(-1)?.connectionState === 'connected',

    /** Frames decoded of the track that a video element plays. */
    async framesOf(video) {
      const [track] = video.srcObject?.getVideoTracks() ?? []
      for (const connection of live())
        for (const receiver of connection.getReceivers())
          if (track && receiver.track === track)
            for (const s of (await receiver.getStats()).values()) if (s.type === 'inbound-rtp') return s.framesDecoded ?? 0
      return 0
    },

    /** Colour of a slot's picture near its centre, and whether it moves: {rgb, frames, width, height}. */
    async picture(slot) {
      const video = document.querySelector(`video[data-slot="${slot}"]`)
      if (!video || video.readyState < 2 || !video.videoWidth) return null
      const canvas = document.createElement('canvas')
      canvas.width = 32
      canvas.height = 18
      const pen = canvas.getContext('2d')
      pen.drawImage(video, 0, 0, 32, 18)
      const p = pen.getImageData(8, 4, 16, 6).data
      let r = 0, g = 0, b = 0
      for (let i = 0; i < p.length; i += 4) { r += p[i]; g += p[i + 1]; b += p[i + 2] }
      const n = p.length / 4
      return {
        rgb: [Math.round(r / n), Math.round(g / n), Math.round(b / n)],
        frames: await this.framesOf(video),
        width: video.videoWidth,
        height: video.videoHeight,
      }
    },

    /** Of each encoding of the camera, from the smallest: {rid, active, frames, width, kbps it is to send}. */
    async encodings() {
      const list = []
      for (const connection of live())
        for (const sender of connection.getSenders()) {
          if (sender.track?.kind !== 'video') continue
          const stats = [...(await sender.getStats()).values()].filter((s) => s.type === 'outbound-rtp')
          for (const e of sender.getParameters().encodings) {
            const s = stats.find((one) => one.rid === e.rid) ?? {}
            list.push({
              rid: e.rid, active: e.active, frames: s.framesSent ?? 0, width: s.frameWidth ?? 0, mode: e.scalabilityMode,
              kbps: Math.round((s.targetBitrate ?? 0) / 1000), limited: s.qualityLimitationReason ?? '',
            })
          }
        }
      return list
    },
    /** kbit/s that the browser thinks its line carries upwards. */
    async line() {
      for (const connection of live())
        for (const s of (await connection.getStats()).values())
          if (s.type === 'candidate-pair' && s.nominated) return Math.round((s.availableOutgoingBitrate ?? 0) / 1000)
      return 0
    },

    /** What the decoder of a slot's picture counted. */
    async decoding(slot) {
      const [track] = document.querySelector(`video[data-slot="${slot}"]`).srcObject.getVideoTracks()
      for (const connection of live())
        for (const receiver of connection.getReceivers())
          if (receiver.track === track)
            for (const s of (await receiver.getStats()).values())
              if (s.type === 'inbound-rtp')
                return {
                  received: s.framesReceived, decoded: s.framesDecoded, dropped: s.framesDropped, keyframes: s.keyFramesDecoded,
                  freezes: s.freezeCount, frozen_s: s.totalFreezesDuration, plis: s.pliCount, nacks: s.nackCount, lost: s.packetsLost,
                }
      return null
    },

    /** Tones heard by the page in its playing audio elements: the ones of `hz` that stand 20 dB over the floor. */
    async tones(hz, milliseconds = 700) {
      const context = (window.probeAudio ??= new AudioContext())
      if (context.state !== 'running') void context.resume().catch(() => {}) // may never settle: not awaited
      const heard = new Set()
      this.audioState = context.state
      const analysers = []
      for (const element of document.querySelectorAll('audio, video')) {
        if (element.paused || element.muted || !element.srcObject) continue
        const tracks = element.srcObject.getAudioTracks().filter((t) => t.readyState === 'live')
        if (!tracks.length) continue
        const analyser = context.createAnalyser()
        analyser.fftSize = 8192
        analyser.smoothingTimeConstant = 0
        const source = context.createMediaStreamSource(new MediaStream(tracks))
        source.connect(analyser)
        analysers.push([analyser, source])
      }
      await new Promise((resume) => setTimeout(resume, milliseconds))
      for (const [analyser, source] of analysers) {
        const bins = new Float32Array(analyser.frequencyBinCount)
        analyser.getFloatFrequencyData(bins)
        const width = context.sampleRate / analyser.fftSize
        for (const tone of hz) {
          const centre = Math.round(tone / width)
          const near = Math.max(...bins.slice(centre - 2, centre + 3))
          if (near > -60) heard.add(tone)
        }
        source.disconnect()
      }
      return [...heard].sort((a, b) => a - b)
    },

    /** From now on, when a slot's picture and any sound came in last, and the longest waits for them: see arrivals(). */
    watchArrivals(slot) {
      const seen = { frames: 0, sound: 0, picture: [], heard: [] }
      this.seenArrivals = seen
      setInterval(async () => {
        const now = Date.now()
        const video = document.querySelector(`video[data-slot="${slot}"]`)
        const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0
        const sound = (await this.counters()).audioIn
        if (frames > seen.frames) seen.picture.push(now)
        if (sound > seen.sound) seen.heard.push(now)
        seen.frames = frames
        seen.sound = sound
      }, 50)
    },
    /** Since `from` (ms, the machine's clock): the first arrival and the longest time without one, of either kind. */
    arrivals(from) {
      const of = (times) => {
        const after = times.filter((t) => t >= from)
        let last = times.filter((t) => t < from).at(-1) ?? from
        let gap = 0
        for (const t of [...after, Date.now()]) {
          gap = Math.max(gap, t - last)
          last = t
        }
        return { first: after[0] ? after[0] - from : null, gap }
      }
      return { picture: of(this.seenArrivals.picture), sound: of(this.seenArrivals.heard) }
    },

    /** Sums over the live connection: what came in and went out per kind. */
    async counters() {
      const sums = { audioIn: 0, videoIn: 0, framesDecoded: 0, audioOut: 0, videoOut: 0, freezes: 0 }
      for (const connection of live()) {
        for (const s of (await connection.getStats()).values()) {
          if (s.type === 'inbound-rtp' && s.kind === 'audio') sums.audioIn += s.packetsReceived
          if (s.type === 'inbound-rtp' && s.kind === 'video') {
            sums.videoIn += s.packetsReceived
            sums.framesDecoded += s.framesDecoded ?? 0
            sums.freezes += s.freezeCount ?? 0
          }
          if (s.type === 'outbound-rtp' && s.kind === 'audio') sums.audioOut += s.packetsSent
          if (s.type === 'outbound-rtp' && s.kind === 'video') sums.videoOut += s.packetsSent
        }
      }
      return sums
    },
  }
}

/** Firefox has no device files: a canvas of one colour with a moving mark and an oscillator. */
export function firefoxDevices(colour, hz) {
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 180
    const pen = canvas.getContext('2d')
    let x = 0
    setInterval(() => {
      pen.fillStyle = `rgb(${colour.join(',')})`
      pen.fillRect(0, 0, 320, 180)
      pen.fillStyle = 'white'
      x = (x + 10) % 296
      pen.fillRect(x, 156, 24, 24)
    }, 66)
    const audio = new AudioContext()
    const tone = audio.createOscillator()
    tone.frequency.value = hz
    const volume = audio.createGain()
    volume.gain.value = 0.27
    const out = audio.createMediaStreamDestination()
    tone.connect(volume).connect(out)
    tone.start()
    return new MediaStream([...canvas.captureStream(15).getVideoTracks(), ...out.stream.getAudioTracks()])
  }
}
