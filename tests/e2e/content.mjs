// Content sharing: the secretary allows a branch, its page shares a tab, and display, console and the other venues see that
// tab's real pixels beside the stage; then the sharer stops, shares again, and the console stops it.
import { join } from 'node:path'
import { openChromium } from './lib/browsers.mjs'
import { openConsole, openOffice } from './lib/opening.mjs'
import { check, scenario } from './lib/report.mjs'
import { connected, enterRoom, press, shows } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const kTitle = 'huiban-material'
const kColour = [200, 30, 200] // of the shared tab; no room has it
const kMaterial = `data:text/html,<title>${kTitle}</title><body style="margin:0;background:rgb(${kColour})"><i></i><script>setInterval(()=>document.querySelector("i").textContent=Date.now(),200)</script>`

/** Waits until the page's content slot shows the shared tab. */
async function showsMaterial(page, name, timeout = 15000) {
  const begin = Date.now()
  await until(async () => {
    const picture = await page.evaluate((s) => window.probe.picture(s), 'content')
    if (!picture || Math.hypot(...kColour.map((c, i) => c - picture.rgb[i])) > 70) throw new Error(picture ? `${picture.rgb}` : 'no picture')
    return true
  }, `${name} sees the material`, timeout)
  return Date.now() - begin
}
const named = (page, test) => page.$eval(`[data-testid="${test}"]`, (e) => e.offsetParent !== null).catch(() => false)

await scenario('e2e content', async (cleanUp) => {
  const { server, office, at, venues, types } = await openOffice(cleanUp)
  const dongxi = venues.find((v) => v.name === '东溪村').id
  const xiqiao = venues.find((v) => v.name === '西桥村').id

  const main = await enterRoom(server, '主会场')
  const sharer = await enterRoom(server, '东溪村', { browser: { sharesTab: kTitle } })
  for (const page of [main, sharer]) cleanUp(page.close)
  const material = await sharer.context.newPage()
  await material.goto(kMaterial)
  await sharer.page.bringToFront()
  const desk = await openConsole(cleanUp, server)
  for (const room of [main, sharer]) await press(room.page, 'enter')
  for (const page of [main, sharer, desk]) await connected(page)
  const display = await openChromium()
  cleanUp(display.close)
  await display.page.goto(server.facts.links['主会场'].replace(/\/join\/(.*)$/, `/meetings/${server.facts.demo_meeting}/display#$1`))
  const shot = (page, name) => page.screenshot({ path: join(process.env.HUIBAN_OUTPUT, name) })

  await check('nobody may share unless the chair allows it', async () => {
    if (await sharer.page.$('[data-testid="share-start"]')) throw new Error('there is a button')
  })
  await check('the secretary allows a venue at the console, and its page offers to share', async () => {
    await press(desk.page, 'tab-picture')
    await desk.page.selectOption('[data-testid="content-venue"]', dongxi)
    await until(() => sharer.page.$('[data-testid="share-start"]'), 'the button of the venue')
    await shot(sharer.page, 'may-share.png')
  })
  await check('the tab is seen in the main venue, on the display and at the console; the stage stays', async () => {
    await office.put(at('/stage'), { main: dongxi, second: null })
    await press(sharer.page, 'share-start')
    const times = await Promise.all([showsMaterial(main.page, 'main venue'), showsMaterial(display.page, 'display'), showsMaterial(desk.page, 'console')])
    await shows(main, 'stage_main', '东溪村')
    if (!(await named(display.page, 'display-content'))) throw new Error('the display does not name it')
    if (await named(sharer.page, 'content-name')) throw new Error('the sharer sees itself')
    for (const [page, name] of [[main.page, 'main'], [display.page, 'display'], [desk.page, 'console'], [sharer.page, 'sharer']]) await shot(page, `shared-${name}.png`)
    await main.page.setViewportSize({ width: 390, height: 844 })
    await shot(main.page, 'shared-main-phone.png')
    await main.page.setViewportSize({ width: 1440, height: 900 })
    return `seen after ${times.join(', ')} ms`
  })
  await check('material does not move with the stage', async () => {
    await office.put(at('/stage'), { main: venues.find((v) => v.kind === 'main').id, second: null })
    await showsMaterial(display.page, 'display')
  })
  await check('the sharer stops; it may begin again', async () => {
    await press(sharer.page, 'share-stop')
    await until(async () => !(await named(display.page, 'display-content')), 'the display is without material')
    await press(sharer.page, 'share-start')
    await showsMaterial(main.page, 'main venue')
  })
  await check('the console stops it, and the page may share no more', async () => {
    await press(desk.page, 'content-stop')
    await until(async () => !(await named(main.page, 'content-name')), 'the main venue is without material')
    await until(async () => !(await sharer.page.$('[data-testid="share-start"]')) && !(await sharer.page.$('[data-testid="sharing"]')), 'no button')
  })
  await check('the journal tells it', async () => {
    const told = (await types()).filter((t) => t.startsWith('content_'))
    const wanted = ['granted', 'started', 'stopped', 'started', 'stopped', 'revoked'].map((t) => `content_${t}`)
    if (told.join() !== wanted.join()) throw new Error(told.join())
  })
  await check('another venue is granted it in one step', async () => {
    await office.put(at('/content'), { venue: dongxi })
    await office.put(at('/content'), { venue: xiqiao })
    const told = (await types()).filter((t) => t.startsWith('content_')).slice(-3)
    if (told.join() !== 'content_granted,content_revoked,content_granted') throw new Error(told.join())
  })
})
