// What a page shows in a slot, frame by frame: whose picture (by its colour), how large, and when.

/** In the page, once it is connected: window.stageProbe notes every frame that the slot presents. chroma: [[cb, cr], ...]. */
export function stageProbe([slot, chroma]) {
  const frames = [] // {at: ms of the machine's clock, who: index, -1 black, -2 unknown, width}
  const pen = Object.assign(document.createElement('canvas'), { width: 8, height: 8 }).getContext('2d', { willReadFrequently: true })
  const look = (video) => {
    pen.drawImage(video, 0, 0, 8, 8)
    const p = pen.getImageData(1, 1, 6, 5).data
    let r = 0, g = 0, b = 0
    for (let i = 0; i < p.length; i += 4) { r += p[i]; g += p[i + 1]; b += p[i + 2] }
    const n = p.length / 4
    const cb = 128 + (-37.8 * r - 74.2 * g + 112 * b) / 255 / n, cr = 128 + (112 * r - 93.8 * g - 18.2 * b) / 255 / n
    if (r + g + b < 60 * n) return -1
    const far = chroma.map(([u, v]) => Math.hypot(cb - u, cr - v))
    const best = far.indexOf(Math.min(...far))
    return far[best] < 30 ? best : -2
  }
  const watched = new WeakSet()
  const watch = () => {
    const video = document.querySelector(`video[data-slot="${slot}"]`)
    if (!video || watched.has(video)) return
    watched.add(video)
    const shown = () => {
      frames.push({ at: Date.now(), who: look(video), width: video.videoWidth })
      video.requestVideoFrameCallback(shown)
    }
    video.requestVideoFrameCallback(shown)
  }
  setInterval(watch, 100)
  watch()
  window.stageProbe = {
    since: (at) => frames.filter((f) => f.at >= at),
    /** The first frame of this one from `at` on; width: at least this large. */
    first: (who, at, width = 0) => frames.find((f) => f.at >= at && f.who === who && f.width >= width) ?? null,
  }
}

/** Blue and red difference of a colour, as the probe takes them. */
export const chromaOf = ([r, g, b]) => [128 + (-37.8 * r - 74.2 * g + 112 * b) / 255, 128 + (112 * r - 93.8 * g - 18.2 * b) / 255]

/** Of a switch pressed at `press`: until the new picture, the longest wait for a frame around it, and black frames. */
export function switchFigures(frames, who, press) {
  const first = frames.find((f) => f.at >= press && f.who === who)
  const around = frames.filter((f) => f.at >= press - 200)
  let gap = 0
  around.forEach((f, i) => { if (i > 0) gap = Math.max(gap, f.at - around[i - 1].at) })
  return { ms: first ? first.at - press : null, width: first?.width, gap, black: around.filter((f) => f.who === -1).length }
}
