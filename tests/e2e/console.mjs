// A console with 100 venues that are all there, without pictures: from an event to its pixel, and what the page costs the
// browser. A bench, not run by ctest: tests/e2e/run.sh console.mjs build/release/src/app/huiban OUTPUT, with huiban_venues built
// there too (or HUIBAN_VENUES=PATH); HUIBAN_HOLD=no measures without judging.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Api } from './lib/api.mjs'
import { openChromium } from './lib/browsers.mjs'
import { check, scenario } from './lib/report.mjs'
import { press } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const kVenues = Number(process.env.HUIBAN_CONSOLE_VENUES ?? 100)
const kEvents = Number(process.env.HUIBAN_CONSOLE_EVENTS ?? 260)
const kSeconds = 30
const kMostMs = 100
const kMostShare = 0.3
const holds = process.env.HUIBAN_HOLD !== 'no'
const out = (name) => join(process.env.HUIBAN_OUTPUT, name)
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
const round = (ms) => Math.round(ms * 10) / 10

// In the page: when the message came, when what is waited for is in the document, and when the frame after it was made.
function watchPixels() {
  const now = () => performance.timeOrigin + performance.now()
  const wanted = []
  let came = 0
  const look = () => {
    for (const want of wanted.slice()) {
      const found = document.querySelector(want.selector)
      if (!found || !want.text.some((text) => found.textContent.includes(text))) continue
      wanted.splice(wanted.indexOf(want), 1)
      const times = { came, changed: now() }
      requestAnimationFrame(() => requestAnimationFrame(() => want.done({ ...times, seen: now() })))
    }
  }
  window.expectPixel = (selector, text) => {
    window.pixel = new Promise((done) => wanted.push({ selector, text, done }))
  }
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...words) {
      super(...words)
      this.addEventListener('message', () => (came = now()))
    }
  }
  addEventListener('DOMContentLoaded', () =>
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true, attributes: true }))
}

async function holdMeeting(cleanUp) {
  const tool = process.env.HUIBAN_VENUES ?? join(dirname(process.env.HUIBAN_BINARY), '../../tests/bench/huiban_venues')
  const held = spawn(tool, ['--venues', String(kVenues), process.env.HUIBAN_BINARY], { stdio: ['pipe', 'pipe', 'inherit'] })
  cleanUp(() => new Promise((done) => { held.on('exit', done); held.stdin.end() }))
  const [line] = await Promise.race([
    new Promise((done) => createInterface(held.stdout).once('line', (text) => done([text]))),
    new Promise((_, no) => held.on('exit', () => no(new Error('huiban_venues ended')))),
  ])
  return JSON.parse(line)
}

async function mainThread(page, seconds) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const read = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]))
  const before = await read()
  await new Promise((done) => setTimeout(done, seconds * 1000))
  const after = await read()
  const span = after.Timestamp - before.Timestamp
  return Object.fromEntries(['TaskDuration', 'ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].map((name) => [name, (after[name] - before[name]) / span]))
}

await scenario('console', async (cleanUp) => {
  const facts = await holdMeeting(cleanUp)
  const office = new Api(facts.url)
  await office.signIn(facts.account, facts.password)
  const meeting = `/meetings/${facts.meeting}`

  const desk = await openChromium({ probe: watchPixels })
  cleanUp(desk.close)
  const page = desk.page
  await page.goto(facts.url + '/login')
  await page.fill('[data-testid="account"] input, input[data-testid="account"]', facts.account)
  await page.fill('[data-testid="password"] input, input[data-testid="password"]', facts.password)
  await press(page, 'sign-in')
  await until(() => page.$('[data-testid="meeting-list"]'), 'list of meetings')
  await page.goto(`${facts.url}/meetings/${facts.meeting}/console`)
  await until(async () => (await page.textContent('[data-testid="venues-online"]').catch(() => '')) === `${kVenues}/${kVenues}`, 'all venues', 30000)
  await new Promise((done) => setTimeout(done, 5000))
  await page.screenshot({ path: out('console.png') })

  const quiet = await mainThread(page, kSeconds)
  const took = { sign_in: [], request: [], microphone: [] }
  const measure = async (kind, selector, text, send) => {
    await page.evaluate(([s, t]) => window.expectPixel(s, t), [selector, text])
    const sent = performance.timeOrigin + performance.now()
    await send()
    const seen = await page.evaluate(() => Promise.race([window.pixel, new Promise((done) => setTimeout(() => done(null), 5000))]))
    if (!seen) throw new Error(`${kind}: not seen`)
    took[kind].push({ whole: seen.seen - sent, server: seen.came - sent, page: seen.changed - seen.came, frame: seen.seen - seen.changed })
  }
  const expected = await office.get(`${meeting}/expected`)
  const names = Object.fromEntries(expected.venues.map((venue) => [venue.id, venue.name]))
  const pause = (i) => new Promise((done) => setTimeout(done, 50 + ((i * 37) % 100))) // not in step with the figures of each second
  const branch_of = (venue) => Object.assign(new Api(facts.url), { bearer: venue.token })
  for (const [i, venue] of facts.venues.entries()) {
    const seat = expected.seats.find((one) => one.venue === venue.id)
    await measure('sign_in', '[data-testid="present"]', [String(i + 1)], () => branch_of(venue).post(`${meeting}/sign-ins`, { seats: [seat.id] }))
    await pause(i)
  }
  await press(page, 'tab-floor')
  for (let i = 0; took.sign_in.length + took.request.length + took.microphone.length < kEvents; i += 1) {
    const venue = facts.venues[(i * 7) % facts.venues.length]
    const name = names[venue.id].replace(/\s*分会场$/, '')
    await measure('request', '[data-testid="request-queue"]', [name], () => branch_of(venue).post(`${meeting}/floor/request`, { venue: venue.id }))
    await measure('microphone', '[data-testid="floor-list"]', [name], () => office.post(`${meeting}/floor/grant`, { venue: venue.id }))
    await office.post(`${meeting}/floor/revoke`, { venue: venue.id })
    await pause(i)
  }
  await page.screenshot({ path: out('console-floor.png') })
  const rows = Object.entries(took).map(([kind, list]) => {
    const of = (part) => list.map((one) => one[part]).sort((a, b) => a - b)
    const whole = of('whole')
    const p50_of = Object.fromEntries(['server', 'page', 'frame'].map((part) => [part, round(at(of(part), 0.5))]))
    return { kind, events: list.length, p50: round(at(whole, 0.5)), p95: round(at(whole, 0.95)), max: round(whole.at(-1)), p50_of }
  })
  for (const row of rows) console.log(`  ${row.kind}: ${row.events} events, p50 ${row.p50} p95 ${row.p95} max ${row.max} ms, p50 by part ${JSON.stringify(row.p50_of)}`)
  const share = Object.fromEntries(Object.entries(quiet).map(([name, value]) => [name, round(value * 100)]))
  console.log(`  main thread over ${kSeconds} s, % of a core: ${JSON.stringify(share)}`)
  writeFileSync(out('console.json'), JSON.stringify({ venues: kVenues, rows, main_thread_percent: share }, null, 2) + '\n')
  if (!holds) return
  await check('p95 from event to pixel', async () => { for (const row of rows) if (row.p95 >= kMostMs) throw new Error(`${row.kind} ${row.p95} ms`) })
  await check('main thread', async () => { if (quiet.TaskDuration >= kMostShare) throw new Error(`${share.TaskDuration} %`) })
})
