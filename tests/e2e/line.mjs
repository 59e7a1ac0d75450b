// The main venue in one Chromium, a branch in another, each behind a line of its own, the server on the clean side:
// what the branch sees and hears while a line is bad. HUIBAN_LINE_RUN=long runs every scenario for 60 s and again on a
// server without measures, and writes lines.md and lines.json; else three scenarios of 15 s.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openChromium } from './lib/browsers.mjs'
import { Line } from './lib/line.mjs'
import * as figures from './lib/line_figures.mjs'
import { lineProbe } from './lib/line_probe.mjs'
import { writeBusyCamera, writeCamera, writeVoice } from './lib/media_files.mjs'
import { check, scenario } from './lib/report.mjs'
import { HuibanServer } from './lib/server.mjs'
import { press } from './lib/venues.mjs'
import { until } from './lib/until.mjs'
import { table } from './lib/line_table.mjs'

const kLong = process.env.HUIBAN_LINE_RUN === 'long'
const kSeconds = Number(process.env.HUIBAN_LINE_SECONDS ?? (kLong ? 60 : 15))
const kThird = Math.round(kSeconds / 3)
const kDrop = `rate=2000:${kThird},300:${kThird},2000`
const kHttps = '8443'
// Two browsers, a server and their encoders share the machine: no more pixels than the picture needs.
const kHeight = kLong ? 720 : 360
const kViewport = { width: 800, height: 600 }
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms))

// Where: the receiver's line (what the branch gets) or the sender's (what the main venue sends).
const kScenarios = [
  { name: 'clean', line: 'receiver', words: '' },
  { name: 'loss 2 %', line: 'receiver', words: 'loss=2' },
  { name: 'loss 5 %', line: 'receiver', words: 'loss=5', quick: true },
  { name: 'loss 10 %', line: 'receiver', words: 'loss=10' },
  { name: 'loss 20 %', line: 'receiver', words: 'loss=20' },
  { name: 'bursts 5 % of 10', line: 'receiver', words: 'burst=5/10' },
  { name: 'delay 150 ± 50 ms', line: 'receiver', words: 'delay=150 jitter=50' },
  { name: '1 Mbit/s', line: 'receiver', words: 'down rate=1000' },
  { name: '300 kbit/s', line: 'receiver', words: 'down rate=300', quick: true, sound: true },
  { name: '2 Mbit/s → 300 kbit/s → 2 Mbit/s', line: 'receiver', words: `down ${kDrop}`, quick: true, drop: true },
  { name: 'uplink loss 5 %', line: 'sender', words: 'loss=5' },
  { name: 'uplink loss 10 %', line: 'sender', words: 'loss=10' },
  { name: 'uplink 300 kbit/s', line: 'sender', words: 'up rate=300', sound: true },
  { name: 'uplink 2 Mbit/s → 300 kbit/s → 2 Mbit/s', line: 'sender', words: `up ${kDrop}`, drop: true },
]
const kOnly = process.env.HUIBAN_LINE_ONLY?.split(',')
const chosen = kScenarios.filter((s) => (kOnly ? kOnly.includes(s.name) : kLong || s.quick))

function busy() {
  const [user, nice, system, idle, wait] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number)
  return { used: user + nice + system, all: user + nice + system + idle + wait }
}

/** A server, two browsers and their lines; without: measures the server leaves out. */
async function open(without, cleanUp) {
  const server = new HuibanServer({
    environment: { HUIBAN_SERVER_HTTPS_PORT: kHttps, HUIBAN_LOG_LEVEL: 'info', ...(without ? { HUIBAN_MEDIA_WITHOUT: without } : {}) },
  })
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const busyCamera = join(server.folder, 'busy.y4m'), quietCamera = join(server.folder, 'quiet.y4m')
  writeBusyCamera(busyCamera, kHeight)
  writeCamera(quietCamera, [30, 150, 50])
  const microphone = join(server.folder, 'voice.wav')
  writeVoice(microphone)
  const enter = async (number, name, camera) => {
    const line = new Line(number, server.folder)
    const window = await openChromium({ camera, microphone, executable: line.executable, probe: lineProbe, viewport: kViewport })
    cleanUp(window.close)
    const link = new URL(server.facts.links[name])
    await window.page.goto(`https://${line.host}:${kHttps}${link.pathname}${link.search}${link.hash}`)
    await press(window.page, 'enter')
    await until(() => window.page.evaluate(() => window.lineProbe.connected()), `${name} connected`, 20000)
    return { line, ...window }
  }
  const sender = await enter(1, '主会场', busyCamera)
  const receiver = await enter(2, '东溪村', quietCamera)
  await until(() => receiver.page.evaluate(() => (window.lineProbe.watch(), window.lineProbe.receiving())), 'a picture', 20000)
  return { server, sender, receiver }
}

async function run(rooms, plan) {
  const pages = [rooms.sender.page, rooms.receiver.page]
  const line = rooms[plan.line].line
  for (const each of [rooms.sender.line, rooms.receiver.line]) await each.clean()
  if (rooms.used) await pause(kLong ? 15000 : 4000) // what the last scenario taught the estimators is forgotten
  rooms.used = true
  for (const page of pages) await page.evaluate(() => window.lineProbe.begin())
  const cpu = busy()
  if (plan.words) await line.tell(plan.words)
  const begin = Date.now(), end = begin + kSeconds * 1000
  const lineSamples = []
  while (Date.now() < end) {
    lineSamples.push({ at: Date.now(), ...(await line.tell('stats')) })
    await pause(Math.min(1000, Math.max(0, end - Date.now())))
  }
  lineSamples.push({ at: Date.now(), ...(await line.tell('stats')) })
  const cpuEnd = busy()
  const [sent, got] = await Promise.all(pages.map((page) => page.evaluate(() => window.lineProbe.end())))
  const first = lineSamples[0], last = lineSamples.at(-1)
  const way = plan.line === 'sender' ? 'up' : 'down'
  const dropped = Object.entries(last[way].dropped).map(([why, n]) => [why, n - first[way].dropped[why]])
  const result = {
    name: plan.name, words: plan.words, line: plan.line, seconds: kSeconds,
    picture: figures.picture(got.samples, got.frames, begin, end),
    freezes: figures.gaps(got.frames, begin, end),
    sound: figures.sound(got.samples, begin, end),
    settled_sound: figures.sound(got.samples, begin + 5000, end),
    sender: figures.sender(sent.samples, begin, end),
    line_packets: last[way].packets - first[way].packets, line_dropped: Object.fromEntries(dropped), queue_ms: last[way].queue_ms,
    cpu: (cpuEnd.used - cpu.used) / (cpuEnd.all - cpu.all),
    reconnections: got.connections + sent.connections - 2,
  }
  if (plan.drop) {
    const drop = begin + kThird * 1000, rise = begin + 2 * kThird * 1000
    result.adapted_ms = figures.adapted(lineSamples, got.frames, drop, rise)
    result.recovered_ms = figures.recovered(got.samples, figures.tallest(got.samples, begin, drop), rise, end)
    result.narrow_sound = figures.sound(got.samples, drop, rise)
  }
  result.samples = got.samples.map((s) => ({ at: Math.round(s.at - begin), ...s.video, sound: s.audio }))
  result.line_samples = lineSamples.map((s) => ({ at: s.at - begin, ...s[way] }))
  result.sent_samples = sent.samples.map((s) => ({ at: Math.round(s.at - begin), out: s.out, pair: s.pair, reported: s.reported }))
  return result
}

const note = (r) =>
  `${r.picture.fps.toFixed(1)} fps, ${r.picture.freezes} freezes of ${r.picture.frozen_s.toFixed(1)} s, longest gap ${r.picture.longest_gap.ms} ms at ` +
  `${r.picture.longest_gap.at}, sound concealed ${(100 * r.sound.concealed).toFixed(1)} %, height ${r.picture.heights.map((h) => h.height).join('→')}, ` +
  `cpu ${Math.round(100 * r.cpu)} %` + (r.adapted_ms !== undefined ? `, adapted ${r.adapted_ms} ms, recovered ${r.recovered_ms} ms` : '')

/** What a run with all measures must hold; generous where a busy machine could be the reason. */
function mustHold(plan, r) {
  const wrong = []
  const hold = (right, what) => { if (!right) wrong.push(what) }
  hold(r.reconnections === 0, `${r.reconnections} reconnections`)
  if (plan.sound || plan.drop) {
    // Sound is never interrupted by video: on the narrow line not one quarter of a second of made-up sound.
    const sound = plan.drop ? r.narrow_sound : r.settled_sound
    hold(sound.interruption_ms === 0, `sound interrupted for ${sound.interruption_ms} ms at ${sound.interruption_at} ms`)
    hold(sound.concealed < 0.05, `${(100 * sound.concealed).toFixed(1)} % of the sound made up`)
    hold(r.picture.fps > 2, `${r.picture.fps.toFixed(1)} pictures a second`)
  } else {
    hold(r.picture.longest_gap.ms < 5000, `picture stood for ${r.picture.longest_gap.ms} ms at ${r.picture.longest_gap.at} ms`)
  }
  if (wrong.length) throw new Error(`${note(r)}: ${wrong.join('; ')}`)
}

await scenario('e2e bad lines', async (cleanUp) => {
  const runs = [], broken = []
  const servers = process.env.HUIBAN_LINE_SERVERS?.split(';') ?? (kLong ? ['', 'nack,rtx,red,estimator'] : [''])
  for (const without of servers) {
    const own = []
    const close = async () => { for (const action of own.splice(0).reverse()) await action() }
    cleanUp(close)
    let rooms
    await check(`two venues behind lines${without ? `, server without ${without}` : ''}`, async () => {
      rooms = await open(without, (action) => own.push(action))
    })
    for (const plan of chosen)
      await check(`${plan.name}${without ? ' (without)' : ''}`, async () => {
        const result = { without, ...(await run(rooms, plan)) }
        runs.push(result)
        writeFileSync(join(process.env.HUIBAN_OUTPUT, 'lines.json'), JSON.stringify(runs))
        writeFileSync(join(process.env.HUIBAN_OUTPUT, 'lines.md'), table(runs))
        if (!without && process.env.HUIBAN_LINE_HOLD !== 'no') {
          try {
            mustHold(plan, result)
          } catch (error) {
            if (!kLong) throw error
            broken.push(`${plan.name}: ${error.message}`) // the table is wanted whole
          }
        }
        return note(result)
      })
    await close()
  }
  if (broken.length) throw new Error(broken.join('\n'))
})
