// A branch venue speaks over a line that is cut for 30 s, is seen from another address, and moves to another address: the
// seat comes back by itself with floor, stage and place in the queue; the others see that it reconnects; nobody left.
import { join } from 'node:path'
import { FarLine, kServerAddress } from './lib/far_line.mjs'
import { openConsole, openOffice } from './lib/opening.mjs'
import { check, scenario } from './lib/report.mjs'
import { connected, enterRoom, hears, press, shows } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const kCut = 1000 * Number(process.env.HUIBAN_E2E_CUT_SECONDS ?? 30)
const sleep = (ms) => new Promise((resume) => setTimeout(resume, ms))

await scenario('e2e roaming', async (cleanUp) => {
  const line = new FarLine()
  cleanUp(() => line.close())
  await line.open()
  const ports = { HUIBAN_SERVER_HTTP_PORT: '8091', HUIBAN_MEDIA_PORT: '7791' }
  const { server, office, at, venues, types: journal } = await openOffice(cleanUp, { environment: ports })
  const venue = Object.fromEntries(venues.map((v) => [v.name, v.id]))

  const origin = `http://${kServerAddress}:8091`
  const main = await enterRoom(server, '主会场')
  cleanUp(main.close)
  const other = await enterRoom(server, '西桥村')
  cleanUp(other.close)
  const far = await enterRoom(server, '东溪村', {
    link: server.facts.links['东溪村'].replace(/^https?:\/\/[^/]+/, origin),
    browser: {
      executable: line.launcher(server.folder, '/usr/bin/chromium'),
      flags: [`--unsafely-treat-insecure-origin-as-secure=${origin}`], // a page needs that for its camera
    },
  })
  cleanUp(far.close)
  const desk = await openConsole(cleanUp, server)
  for (const room of [main, other, far]) await press(room.page, 'enter')
  for (const page of [main, other, far, desk]) await connected(page)

  const seesReconnecting = (page) => page.page.evaluate(() => document.body.innerText.includes('重连中'))
  const whole = async () => {
    const state = await far.page.evaluate(() => ({
      phase: document.querySelector('[data-phase]')?.dataset.phase,
      floor: document.querySelector('[data-testid="venue-room"]')?.dataset.floor,
      cut: Boolean(document.querySelector('[data-testid="reconnecting"]')),
    }))
    return state.phase === 'in' && !state.cut ? state : Promise.reject(new Error(JSON.stringify(state)))
  }
  const arrivals = (from) => main.page.evaluate((t) => window.probe.arrivals(t), from)
  const cameBack = (from, timeout) => until(async () => {
    const seen = await arrivals(from)
    return seen.picture.first !== null && seen.sound.first !== null && seen
  }, 'picture and sound at the main venue', timeout)

  await check('the branch signs in, has the floor and the stage', async () => {
    await press(far.page, 'seat-安全干部')
    await office.put(at('/stage'), { main: venue['东溪村'], second: null })
    await office.post(at('/floor/grant'), { venue: venue['东溪村'] })
    await Promise.all([shows(main, 'stage_main', '东溪村'), shows(other, 'stage_main', '东溪村'), hears(main, ['东溪村'])])
    await office.post(at('/floor/grant'), { venue: venue['西桥村'] })
    await office.post(at('/floor/revoke'), { venue: venue['西桥村'] })
    await press(other.page, 'floor-button')
    await main.page.evaluate(() => window.probe.watchArrivals('stage_main'))
  })

  await check(`the line is cut for ${kCut / 1000} s: the others see it, then everything is back by itself`, async () => {
    line.cut(true)
    const begin = Date.now()
    const seen = {}
    await Promise.all([main, other, desk].map((page) =>
      until(() => seesReconnecting(page), `${page.name} sees that it reconnects`, 9000).then(() => (seen[page.name] = Date.now() - begin))))
    await main.page.screenshot({ path: join(process.env.HUIBAN_OUTPUT, 'reconnecting.png') })
    await desk.page.screenshot({ path: join(process.env.HUIBAN_OUTPUT, 'reconnecting-console.png') })
    await sleep(kCut - (Date.now() - begin))
    line.cut(false)
    const back = Date.now()
    const first = await cameBack(back, 15000)
    await Promise.all([
      shows(main, 'stage_main', '东溪村'), shows(other, 'stage_main', '东溪村'), shows(far, 'stage_main', '主会场'),
      hears(main, ['东溪村']), hears(far, ['主会场']),
      until(async () => !(await seesReconnecting(main)) && !(await seesReconnecting(desk)), 'nobody reconnects any more'),
    ])
    if ((await until(whole, 'the room is whole')).floor !== 'true') throw new Error('the floor was lost')
    return `seen after ${Math.max(...Object.values(seen))} ms; line back to picture ${first.picture.first} ms, to sound ${first.sound.first} ms`
  })

  await check('the server sees another address, the browser nothing: it goes on', async () => {
    const from = Date.now()
    line.moveRouter('10.79.0.3')
    await cameBack(from + 1000, 15000)
    await hears(main, ['东溪村'])
    await until(whole, 'the room is whole')
    const seen = await arrivals(from)
    return `picture stood for ${seen.picture.gap} ms, sound for ${seen.sound.gap} ms`
  })

  await check("the browser's machine moves to another address: floor and stage stay", async () => {
    const from = Date.now()
    line.moveBrowser('10.78.0.3')
    await cameBack(from + 1000, 20000)
    await Promise.all([hears(main, ['东溪村']), hears(far, ['主会场'])])
    if ((await until(whole, 'the room is whole')).floor !== 'true') throw new Error('the floor was lost')
    const seen = await arrivals(from)
    return `picture stood for ${seen.picture.gap} ms, sound for ${seen.sound.gap} ms`
  })

  await check('a place in the queue stays over a reload and another cut', async () => {
    await office.post(at('/floor/revoke'), { venue: venue['东溪村'] })
    await press(far.page, 'floor-button')
    const place = () => far.page.evaluate(() => document.querySelector('[data-testid="request-state"]')?.innerText ?? '')
    const words = await until(place, 'a place in the queue')
    const begin = Date.now()
    await far.page.reload()
    await until(place, 'the place after the reload')
    await shows(far, 'stage_main', '主会场', 15000)
    const reloaded = Date.now() - begin
    line.cut(true)
    await until(() => seesReconnecting(desk), 'the console sees the cut', 9000)
    line.cut(false)
    const back = Date.now()
    await shows(far, 'stage_main', '主会场', 15000)
    await until(async () => !(await seesReconnecting(desk)), 'nobody reconnects any more')
    const spent = Date.now() - back
    const kept = await until(place, 'the place after the cut')
    if (kept.replace(/\d+:\d+.*/, '') !== words.replace(/\d+:\d+.*/, '')) throw new Error(`${words} became ${kept}`)
    return `${kept}; picture after ${reloaded} ms, after ${spent} ms`
  })

  await check('the journal knows the interruptions; nobody left early', async () => {
    const types = await journal()
    const lost = types.filter((t) => t === 'venue_lost').length
    if (lost < 2 || types.includes('seat_released')) throw new Error(types.join(' '))
    await office.post(at('/end'))
    const { total, seats } = await office.get(at('/attendance'))
    const mine = Object.values(seats).filter((s) => s.status === 'present')
    if (total.early !== 0 || mine.length !== 1 || mine[0].early) throw new Error(JSON.stringify(total))
    return `${lost} interruptions`
  })
})
