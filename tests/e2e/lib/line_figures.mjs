// What people saw and heard in one run over a bad line, from the samples of line_probe.mjs. Pure functions.

export const kFreezeMs = 500 // a gap in the picture that people notice; 15 frames a second come each 67 ms

/** [{at, ms}] of every gap between two shown frames that is longer than kFreezeMs; the run's ends count as frames. */
export function gaps(frames, begin, end, least = kFreezeMs) {
  const inside = frames.filter((t) => t > begin && t < end)
  const moments = [begin, ...inside, end]
  const found = []
  for (let i = 1; i < moments.length; i++)
    if (moments[i] - moments[i - 1] > least) found.push({ at: Math.round(moments[i - 1] - begin), ms: Math.round(moments[i] - moments[i - 1]) })
  return found
}

const within = (samples, begin, end) => samples.filter((s) => s.at >= begin && s.at <= end)

/** How much a counter of the samples grew between two moments. A new connection counts from 0: growth is never negative. */
function growth(samples, read) {
  let sum = 0, last
  for (const sample of samples) {
    const value = read(sample)
    if (value === undefined) continue
    if (last !== undefined) sum += value >= last ? value - last : value
    last = value
  }
  return sum
}

/** Of the sound between two moments: share that was concealed though somebody spoke, and its longest interruption. */
export function sound(samples, begin, end) {
  const own = within(samples, begin, end).filter((s) => s.audio)
  const concealed = (s) => s.audio.concealed - s.audio.silent
  let longest = 0, run = 0, worstAt = 0
  for (let i = 1; i < own.length; i++) {
    const total = own[i].audio.samples - own[i - 1].audio.samples
    // More than half of a sample period made up: an interruption, not a repaired packet.
    run = total > 0 && concealed(own[i]) - concealed(own[i - 1]) > total / 2 ? run + own[i].at - own[i - 1].at : 0
    if (run > longest) { longest = run; worstAt = own[i].at - begin - run }
  }
  const total = growth(own, (s) => s.audio.samples)
  return {
    concealed: total ? growth(own, concealed) / total : 1,
    fec: growth(own, (s) => s.audio.fec), fec_unused: growth(own, (s) => s.audio.fecUnused),
    interruption_ms: Math.round(longest), interruption_at: Math.round(worstAt),
    kbps: own.length > 1 ? (growth(own, (s) => s.audio.bytes) * 8) / (own.at(-1).at - own[0].at) : 0,
  }
}

export function picture(samples, frames, begin, end) {
  const own = within(samples, begin, end).filter((s) => s.video)
  const heights = []
  for (const s of own) if (s.video.height && heights.at(-1)?.height !== s.video.height) heights.push({ at: Math.round(s.at - begin), height: s.video.height })
  const found = gaps(frames, begin, end)
  const seconds = (end - begin) / 1000
  return {
    freezes: found.length,
    frozen_s: found.reduce((sum, gap) => sum + gap.ms, 0) / 1000,
    longest_gap: gaps(frames, begin, end, 0).reduce((most, gap) => (gap.ms > most.ms ? gap : most), { ms: 0, at: 0 }),
    freeze_count: growth(own, (s) => s.video.freezes), freeze_duration_s: growth(own, (s) => s.video.frozen),
    fps: growth(own, (s) => s.video.frames) / seconds, heights,
    kbps: (growth(own, (s) => s.video.bytes) * 8) / (seconds * 1000),
    lost: growth(own, (s) => Math.max(0, s.video.lost)), nacks: growth(own, (s) => s.video.nacks), plis: growth(own, (s) => s.video.plis),
    repaired: growth(own, (s) => s.video.repaired), keyframes: growth(own, (s) => s.video.keyframes), dropped: growth(own, (s) => s.video.dropped),
    buffered_ms: (1000 * growth(own, (s) => s.video.buffered)) / Math.max(1, growth(own, (s) => s.video.emitted)),
  }
}

/** What the sender's encoders did, by rid: and what held them back (cpu tells of this machine, not of the line). */
export function sender(samples, begin, end) {
  const own = within(samples, begin, end).filter((s) => s.out.length)
  if (!own.length) return []
  return own.at(-1).out.map(({ rid }) => {
    const of = (s) => s.out.find((o) => o.rid === rid)
    const limited = (why) => growth(own, (s) => of(s)?.limits[why])
    return {
      rid, active: of(own.at(-1)).active, fps: (growth(own, (s) => of(s)?.encoded) * 1000) / (end - begin), height: of(own.at(-1)).height,
      kbps: (growth(own, (s) => of(s)?.bytes) * 8) / (end - begin), resent: growth(own, (s) => of(s)?.resent),
      nacks: growth(own, (s) => of(s)?.nacks), plis: growth(own, (s) => of(s)?.plis),
      limited_by_cpu_s: limited('cpu'), limited_by_line_s: limited('bandwidth'),
    }
  })
}

/**
 * After the line got slower at `from` (until `until`): ms until the last second in which the queue still dropped more than
 * 5 % or the picture stood still. null: not before `until`.
 */
export function adapted(lineSamples, frames, from, until) {
  let last = from
  for (let i = 1; i < lineSamples.length; i++) {
    const a = lineSamples[i - 1], b = lineSamples[i]
    if (b.at <= from || b.at > until) continue
    const packets = b.down.packets - a.down.packets + (b.up.packets - a.up.packets)
    const dropped = b.down.dropped.queue - a.down.dropped.queue + (b.up.dropped.queue - a.up.dropped.queue)
    if (packets > 0 && dropped / packets > 0.05) last = b.at
  }
  for (const gap of gaps(frames, from, until)) last = Math.max(last, from + gap.at + gap.ms)
  return until - last < 1000 ? null : Math.round(last - from)
}

/** After the line got faster at `from`: ms until the picture is as high as it was before; null: not before `until`. */
export function recovered(samples, height, from, until) {
  const back = within(samples, from, until).find((s) => s.video?.height >= height)
  return back ? Math.round(back.at - from) : null
}

export const tallest = (samples, begin, end) => Math.max(0, ...within(samples, begin, end).map((s) => s.video?.height ?? 0))
