// A second device opens a speaking venue's link: it gets the seat with floor and stage, the first one says so and stays
// away until somebody presses, and nobody else sees a line break.
import { join } from 'node:path'
import { openConsole, openOffice } from './lib/opening.mjs'
import { check, scenario } from './lib/report.mjs'
import { connected, enterRoom, hears, press, shows } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const kStaysAway = 5000 // ms; a page that mended its own connection would be back within 3 s

await scenario('e2e takeover', async (cleanUp) => {
  const { server, office, at, venues, types } = await openOffice(cleanUp)
  const dongxi = venues.find((v) => v.name === '东溪村').id

  const main = await enterRoom(server, '主会场')
  const first = await enterRoom(server, '东溪村')
  const second = await enterRoom(server, '东溪村', { devices: '新苑居民区' })
  for (const page of [main, first, second]) cleanUp(page.close)
  const desk = await openConsole(cleanUp, server)
  for (const room of [main, first]) await press(room.page, 'enter')
  for (const page of [main, first, desk]) await connected(page)

  const phase = (room) => room.page.evaluate(() => document.querySelector('[data-phase]')?.dataset.phase)
  const floor = (room) => room.page.evaluate(() => document.querySelector('[data-testid="venue-room"]')?.dataset.floor)

  await check('the branch has floor and stage at its first device', async () => {
    await office.put(at('/stage'), { main: dongxi, second: null })
    await office.post(at('/floor/grant'), { venue: dongxi })
    await Promise.all([shows(main, 'stage_main', '东溪村'), shows(desk, 'stage_main', '东溪村'), hears(main, ['东溪村'])])
    for (const { page } of [main, desk])
      await page.evaluate(() => {
        setInterval(() => { window.sawBreak ||= document.body.innerText.includes('重连中') }, 50)
        window.probe.watchArrivals('stage_main')
      })
  })

  /** `to` presses, `from` is told; returns how long the main venue's picture and sound stood. */
  const takes = async (to, button, colours, from) => {
    const begin = Date.now()
    await press(to.page, button)
    await until(async () => (await phase(from)) === 'taken_over', 'the other device is told')
    const told = Date.now() - begin
    await connected(to)
    await Promise.all([shows(main, 'stage_main', colours), shows(desk, 'stage_main', colours), shows(to, 'stage_main', '主会场')])
    await hears(main, [colours])
    await until(async () => (await floor(to)) === 'true', 'the floor at the new device')
    const stood = await main.page.evaluate((t) => window.probe.arrivals(t), begin)
    return `told after ${told} ms; picture stood for ${stood.picture.gap} ms, sound for ${stood.sound.gap} ms`
  }
  await check('a second device takes the seat: floor and stage go on with its picture and sound', () =>
    takes(second, 'enter', '新苑居民区', first))
  await check('the first one says so and does not come back by itself', async () => {
    await first.page.screenshot({ path: join(process.env.HUIBAN_OUTPUT, 'taken-over.png') })
    const made = await first.page.evaluate(() => window.probe.made())
    await new Promise((resume) => setTimeout(resume, kStaysAway))
    if ((await phase(first)) !== 'taken_over') throw new Error(await phase(first))
    if ((await first.page.evaluate(() => window.probe.made())) !== made) throw new Error('it made a new connection')
    if ((await phase(second)) !== 'in') throw new Error(await phase(second))
    return (await first.page.evaluate(() => document.body.innerText)).trim().split('\n')[0]
  })
  await check('a press at the first one takes the seat back', () => takes(first, 'notice-action', '东溪村', second))
  await check('nobody saw a line break, and the journal knows two takeovers', async () => {
    for (const { page, name } of [main, desk]) if (await page.evaluate(() => window.sawBreak)) throw new Error(name)
    const list = await types()
    const of = (type) => list.filter((t) => t === type).length
    if (of('venue_taken_over') !== 2 || of('venue_lost') !== 0 || of('floor_revoked') !== 0) throw new Error(list.join(' '))
  })
})
