// Camera and microphone files for Chromium: one colour with a moving white mark, one pure tone.
import { openSync, writeSync, closeSync, writeFileSync } from 'node:fs'

/** RGB 0–255 to limited-range BT.601 YCbCr. */
function yuv([r, g, b]) {
  return [
    Math.round(16 + (65.5 * r + 128.6 * g + 25 * b) / 255),
    Math.round(128 + (-37.8 * r - 74.2 * g + 112 * b) / 255),
    Math.round(128 + (112 * r - 93.8 * g - 18.2 * b) / 255),
  ]
}

/** 320×180, 15 frames a second, 2 s in a loop; the mark runs along the lower edge. */
export function writeCamera(path, colour) {
  const width = 320, height = 180, frames = 30, mark = 24
  const [y, u, v] = yuv(colour)
  const file = openSync(path, 'w')
  writeSync(file, `YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)
  for (let f = 0; f < frames; f++) {
    const luma = Buffer.alloc(width * height, y)
    const cb = Buffer.alloc((width * height) / 4, u)
    const cr = Buffer.alloc((width * height) / 4, v)
    const left = Math.round((f / frames) * (width - mark)) & ~1
    for (let row = height - mark; row < height; row++) {
      luma.fill(235, row * width + left, row * width + left + mark)
      const c = (row >> 1) * (width >> 1) + (left >> 1)
      cb.fill(128, c, c + (mark >> 1))
      cr.fill(128, c, c + (mark >> 1))
    }
    writeSync(file, 'FRAME\n')
    writeSync(file, luma)
    writeSync(file, cb)
    writeSync(file, cr)
  }
  closeSync(file)
}

/** 16:9, 15 frames a second, 2 s in a loop: a still room, a textured figure that moves, and a camera's noise, so that
 *  an encoder needs about what a person in front of a camera needs. chroma: the colour of it all. */
export function writeBusyCamera(path, height, chroma = [118, 136]) {
  const width = (height * 16) / 9
  const cb = Buffer.alloc((width * height) / 4, chroma[0]), cr = Buffer.alloc((width * height) / 4, chroma[1])
  const file = openSync(path, 'w')
  writeSync(file, `YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)
  for (const luma of busyFrames(height)) {
    writeSync(file, 'FRAME\n')
    writeSync(file, luma)
    writeSync(file, cb)
    writeSync(file, cr)
  }
  closeSync(file)
}

const drawn = new Map() // by height: cameras of several colours share their brightness
function busyFrames(height) {
  if (drawn.has(height)) return drawn.get(height)
  const width = (height * 16) / 9, frames = 30, scale = 720 / height
  let seed = 1
  const noise = Int8Array.from({ length: 65536 }, () => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16) % 7 - 3)
  const texture = (x, y) => 110 + 40 * Math.sin(x / 9) * Math.cos(y / 7) + 25 * Math.sin((x + 2 * y) / 4)
  const room = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      room[y * width + x] = 90 + 50 * Math.sin((x * scale) / 130) + 30 * Math.cos((y * scale) / 90) + (((x * scale) >> 6) + ((y * scale) >> 6)) % 2 * 12
  const list = []
  for (let f = 0; f < frames; f++) {
    const luma = Buffer.alloc(width * height)
    const turn = (2 * Math.PI * f) / frames
    const left = 640 + 150 * Math.sin(turn), top = 400 + 40 * Math.sin(2 * turn)
    const start = (f * 7919) & 65535
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const i = y * width + x
        const dx = (x * scale - left) / 180, dy = (y * scale - top) / 300
        luma[i] = (dx * dx + dy * dy < 1 ? texture(x * scale - left, y * scale - top) : room[i]) + noise[(start + i) & 65535]
      }
    list.push(luma)
  }
  drawn.set(height, list)
  return list
}

/** 48 kHz mono 16 bit, 2 s of a tone that loops without a click (hz is a whole number). */
export function writeTone(path, hz) {
  const samples = kRate * 2
  writeWave(path, Float64Array.from({ length: samples }, (_, i) => 9000 * Math.sin((2 * Math.PI * hz * i) / kRate)))
}

/** 8 s that an encoder takes for speech (it repairs losses of speech otherwise than those of a tone): pulses of a voice
 *  through the formants of changing vowels, syllables without a pause between them. */
export function writeVoice(path) {
  const vowels = [[730, 1090, 2440], [270, 2290, 3010], [300, 870, 2240], [530, 1840, 2480], [570, 840, 2410]]
  const samples = kRate * 8, out = new Float64Array(samples)
  let phase = 0, seed = 1
  const random = () => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x40000000) - 1
  const memory = [[0, 0], [0, 0], [0, 0]]
  for (let i = 0; i < samples; i++) {
    const t = i / kRate, syllable = Math.floor(t * 4)
    phase += (115 + 20 * Math.sin(2 * Math.PI * 0.5 * t) + 8 * Math.sin(2 * Math.PI * 5 * t)) / kRate
    let voice = random() * 0.02
    if (phase >= 1) { phase -= 1; voice += 1 }
    const formants = vowels[(syllable * 3) % vowels.length]
    let sum = 0
    formants.forEach((hz, k) => {
      const radius = Math.exp((-Math.PI * (80 + 40 * k)) / kRate), y = memory[k]
      const next = voice + 2 * radius * Math.cos((2 * Math.PI * hz) / kRate) * y[0] - radius * radius * y[1]
      y[1] = y[0]
      y[0] = next
      sum += next / (k + 1)
    })
    out[i] = sum * (0.25 + 0.75 * Math.sin(Math.PI * (t * 4 - syllable)) ** 2)
  }
  const peak = out.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  writeWave(path, out.map((v) => (v * 20000) / peak))
}

const kRate = 48000

function writeWave(path, values) {
  const samples = values.length
  const data = Buffer.alloc(44 + samples * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + samples * 2, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(kRate, 24)
  data.writeUInt32LE(kRate * 2, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(samples * 2, 40)
  values.forEach((value, i) => data.writeInt16LE(Math.round(value), 44 + i * 2))
  writeFileSync(path, data)
}
