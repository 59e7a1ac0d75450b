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

/** 1280×720, 15 frames a second, 2 s in a loop: a still room, a textured figure that moves, and a camera's noise, so that
 *  an encoder needs about what a person in front of a camera needs. */
export function writeBusyCamera(path) {
  const width = 1280, height = 720, frames = 30
  const file = openSync(path, 'w')
  writeSync(file, `YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)
  let seed = 1
  const noise = Int8Array.from({ length: 65536 }, () => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16) % 7 - 3)
  const texture = (x, y) => 110 + 40 * Math.sin(x / 9) * Math.cos(y / 7) + 25 * Math.sin((x + 2 * y) / 4)
  const room = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      room[y * width + x] = 90 + 50 * Math.sin(x / 130) + 30 * Math.cos(y / 90) + ((x >> 6) + (y >> 6)) % 2 * 12
  const cb = Buffer.alloc((width * height) / 4, 118), cr = Buffer.alloc((width * height) / 4, 136)
  const luma = Buffer.alloc(width * height)
  for (let f = 0; f < frames; f++) {
    const turn = (2 * Math.PI * f) / frames
    const left = 640 + 150 * Math.sin(turn), top = 400 + 40 * Math.sin(2 * turn)
    const start = (f * 7919) & 65535
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const i = y * width + x
        const dx = (x - left) / 180, dy = (y - top) / 300
        luma[i] = (dx * dx + dy * dy < 1 ? texture(x - left, y - top) : room[i]) + noise[(start + i) & 65535]
      }
    writeSync(file, 'FRAME\n')
    writeSync(file, luma)
    writeSync(file, cb)
    writeSync(file, cr)
  }
  closeSync(file)
}

/** 48 kHz mono 16 bit, 2 s of a tone that loops without a click (hz is a whole number). */
export function writeTone(path, hz) {
  const rate = 48000, samples = rate * 2
  const data = Buffer.alloc(44 + samples * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + samples * 2, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(rate, 24)
  data.writeUInt32LE(rate * 2, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(samples * 2, 40)
  for (let i = 0; i < samples; i++)
    data.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hz * i) / rate)), 44 + i * 2)
  writeFileSync(path, data)
}
