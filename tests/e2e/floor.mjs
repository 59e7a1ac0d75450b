// Before and during a meeting in real browsers: a branch tests itself and the office sees it; roll call on the branch's
// page, the console and the display; the chair's tablet; the speaker's clock.
import { join } from 'node:path'
import { Api } from './lib/api.mjs'
import { kPhone, openChromium } from './lib/browsers.mjs'
import { check, scenario } from './lib/report.mjs'
import { HuibanServer } from './lib/server.mjs'
import { connected, enterRoom, press } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const out = (name) => join(process.env.HUIBAN_OUTPUT, name)
const kPassword = 'Huiban-e2e-2026'
const text = (page, test) => page.textContent(`[data-testid="${test}"]`)
const painted = (page, test) => page.$eval(`[data-testid="${test}"]`, (e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor])
const is_there = (page, test) => page.$(`[data-testid="${test}"]`)

await scenario('e2e floor', async (cleanUp) => {
  const server = new HuibanServer()
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const meeting = server.facts.demo_meeting
  const office = new Api(server.url)
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, kPassword)

  const desk = await openChromium()
  cleanUp(desk.close)
  const page = desk.page
  await page.goto(server.url + '/login')
  await page.fill('[data-testid="account"] input, input[data-testid="account"]', 'mishu')
  await page.fill('[data-testid="password"] input, input[data-testid="password"]', kPassword)
  await press(page, 'sign-in')
  await until(() => is_there(page, 'meeting-list'), 'list of meetings')
  await page.goto(`${server.url}/meetings/${meeting}/readiness`)
  await until(() => is_there(page, 'call-list'), 'readiness board')
  await page.screenshot({ path: out('readiness-empty.png') })

  const branch = await enterRoom(server, '西桥村', { viewport: kPhone })
  cleanUp(branch.close)
  await check('a branch tests itself; the board shows what it measured, without a reload', async () => {
    await press(branch.page, 'self-test-start')
    await until(() => branch.page.$('[data-testid="self-test"][data-grade]'), 'result of the self-test', 25000)
    await branch.page.screenshot({ path: out('self-test-phone.png'), fullPage: true })
    const tile = await until(() => page.$('[data-testid="ready-西桥村"]:not([data-grade="none"])'), 'tile of the branch')
    console.log(`  ${(await tile.textContent()).trim()}`)
  })
  await check('a call is noted on the list', async () => {
    const row = await until(() => page.$('[data-testid^="call-"][data-testid$="-no_reply"]'), 'call list')
    await row.click()
    await until(async () => (await page.textContent('[data-testid="call-list"]')).includes('党政办秘书'), 'who called')
    await page.screenshot({ path: out('readiness.png') })
    await page.setViewportSize(kPhone)
    await page.screenshot({ path: out('readiness-phone.png') })
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  await press(branch.page, 'enter')
  await connected(branch)
  const state = (await office.get(`/meetings/${meeting}`)).state
  if (state === 'convened') await office.post(`/meetings/${meeting}/start`)
  await page.goto(`${server.url}/meetings/${meeting}/console`)
  const display = await desk.context.newPage()
  await display.goto(`${server.url}/meetings/${meeting}/display`)
  await check('roll call: the called branch sees a large button, presses it, and is on the list as answered', async () => {
    await until(() => page.$('[data-testid="roll-button"]:not([disabled])'), 'console')
    await press(page, 'roll-button')
    await page.screenshot({ path: out('roll-call-form.png') })
    await page.selectOption('[data-testid="roll-within"]', '20')
    await press(page, 'roll-start')
    await until(async () => (await text(branch.page, 'floor-button')).includes('到！'), 'button of the called branch')
    await until(() => is_there(display, 'display-roll'), 'roll call on the display')
    await branch.page.screenshot({ path: out('roll-call-branch-phone.png') })
    await page.screenshot({ path: out('roll-call-console.png') })
    await display.screenshot({ path: out('roll-call-display.png') })
    await press(branch.page, 'floor-button')
    await until(async () => (await text(page, 'roll-result'))?.includes('应答 1'), 'result', 20000)
    await page.screenshot({ path: out('roll-call-result.png') })
    await page.setViewportSize(kPhone)
    await page.screenshot({ path: out('roll-call-result-phone.png') })
    await page.setViewportSize({ width: 1440, height: 900 })
  })
  const heard = () => branch.page.$('[data-testid="floor-state"][data-mood="heard"]')
  await check("the chair's tablet gives the floor to who asks; who asked for it speaks at once, on a phone too", async () => {
    await press(branch.page, 'floor-button')
    const chair = await desk.context.newPage()
    await chair.setViewportSize({ width: 1024, height: 768 })
    await chair.goto(`${server.url}/meetings/${meeting}/chair`)
    await press(chair, 'chair-grant-西桥村')
    await until(heard, 'the hall hears it')
    await until(() => is_there(chair, 'chair-revoke-西桥村'), 'speaker on the tablet')
    await chair.screenshot({ path: out('chair.png') })
    await chair.setViewportSize(kPhone)
    await chair.screenshot({ path: out('chair-phone.png') })
    await press(chair, 'chair-revoke-西桥村')
    await until(async () => !(await heard()) && (await text(branch.page, 'floor-button')).includes('申请发言'), 'the floor is taken')
  })
  await check('a phone that is called without having asked is not opened: it is asked to press, and its page says so', async () => {
    const { venues } = await office.get(`/meetings/${meeting}`)
    await office.post(`/meetings/${meeting}/floor/grant`, { venue: venues.find((v) => v.name === '西桥村').id })
    await until(async () => (await text(branch.page, 'floor-button')).includes('按下发言'), 'phone is asked to press')
    const [ink, ground] = await painted(branch.page, 'floor-button')
    if (ink === ground) throw new Error(`the button's words are ${ink} on ${ground}`)
    if (await heard()) throw new Error('heard before anybody pressed')
    await branch.page.screenshot({ path: out('called-phone.png') })
    await press(branch.page, 'floor-button')
    await until(heard, 'the hall hears it')
  })
  await check('tile rules', async () => {
    await press(page, 'roll-close')
    await press(page, 'tile-rules')
    await until(() => is_there(page, 'rules-dialog'), 'rules')
    await page.selectOption('[data-testid="rule-1"]', 'voice')
    await page.screenshot({ path: out('tile-rules.png') })
  })
})
