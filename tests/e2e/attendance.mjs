// Who comes, by browser: a unit's receipt with leave, the office's record of the decision, the desk, a scanning phone, a
// paper sheet, a correction, texts, figures, the print page; at desk and phone size.
import { join } from 'node:path'
import { Api } from './lib/api.mjs'
import { kPhone, openChromium } from './lib/browsers.mjs'
import { check, scenario } from './lib/report.mjs'
import { HuibanServer } from './lib/server.mjs'
import { enterRoom, press } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const out = (name) => join(process.env.HUIBAN_OUTPUT, name)
const kPassword = 'Huiban-e2e-2026'
const kDesk = { width: 1440, height: 900 }
const same = (what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`)
}

await scenario('e2e attendance', async (cleanUp) => {
  const server = new HuibanServer()
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const meeting = server.facts.demo_meeting
  const office = new Api(server.url)
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, kPassword)
  const attendance = () => office.get(`/meetings/${meeting}/attendance`)
  const seat = async (unit, title) => Object.values((await attendance()).seats).find((s) => s.unit_name === unit && s.title === title)
  const admin = new Api(server.url)
  await admin.signInFirst('admin', server.facts.first_passwords.admin, kPassword)
  const village = (await attendance()).units.find((u) => u.name === '东溪村').unit
  const made = await admin.post('/accounts', { name: 'dongxi2', label: '东溪村联络员', role: 'liaison', unit: village })
  await new Api(server.url).signInFirst('dongxi2', made.first_password, kPassword)

  const chromium = await openChromium({ viewport: kPhone })
  cleanUp(chromium.close)
  const { page } = chromium
  const both = async (name) => {
    for (const [size, view] of [['phone', kPhone], ['desk', kDesk]]) {
      await page.setViewportSize(view)
      await page.waitForTimeout(300)
      await page.screenshot({ path: out(`${name}-${size}.png`) })
    }
  }
  const sign_in = async (account) => {
    await page.context().clearCookies()
    await page.goto(server.url + '/login')
    await page.fill('[data-testid="account"] input, input[data-testid="account"]', account)
    await page.fill('[data-testid="password"] input, input[data-testid="password"]', kPassword)
    await press(page, 'sign-in')
  }

  await check('a unit returns its receipt and asks leave in the same step, on a phone', async () => {
    await sign_in('dongxi2')
    await press(page, 'fill-receipt')
    await press(page, 'ask-安全干部')
    await until(() => page.$('[data-testid="leave-reason"]'), 'leave dialog')
    await page.fill('[data-testid="leave-reason"]', '防汛值守')
    await page.screenshot({ path: out('leave-dialog-phone.png') })
    await press(page, 'leave-send')
    await page.fill('[data-testid="receipt-防汛干部"] input[type="text"]', '防汛干部本人')
    await press(page, 'send-receipt')
    await until(async () => (await attendance()).receipts.length === 1, 'receipt')
    await both('receipt')
    same('leaves', (await attendance()).leaves.map((l) => [l.state, l.reason]), [['asked', '防汛值守']])
  })

  await check('the office records what the leader decided', async () => {
    await sign_in('mishu')
    await until(() => page.$('[data-testid="meeting-list"]'), 'list of meetings')
    await page.setViewportSize(kDesk)
    await page.goto(`${server.url}/meetings/${meeting}/attendance`)
    await press(page, 'sheet-tab-leave')
    await both('leave-list')
    await press(page, 'approve')
    await until(() => page.$('[data-testid="decided-by"]'), 'decision')
    await page.fill('[data-testid="decided-by"]', '镇长')
    await press(page, 'decide-send')
    await until(async () => (await attendance()).total.leave === 1, 'leave is approved')
    same('status', (await seat('东溪村', '安全干部')).status, 'leave')
    await press(page, 'sheet-tab-receipts')
    await both('receipts')
  })

  const desk = await chromium.context.newPage()
  await check('the desk signs in by initials, and enters somebody who is not on the list', async () => {
    const token = new URL(server.facts.links['主会场']).pathname.split('/').pop()
    await desk.setViewportSize(kDesk)
    await desk.goto(`${server.url}/meetings/${meeting}/desk#${token}`)
    await until(() => desk.$('[data-testid="desk-find"]'), 'desk')
    await desk.fill('[data-testid="desk-find"]', 'jwsj')
    const head = '[data-testid="desk-镇党委政府-纪委书记"]'
    await until(async () => (await desk.$(head)) && (await desk.$$('[data-testid^="desk-镇党委政府-"]')).length === 1, 'found by initials')
    await until(() => desk.$('[data-testid="qr"]'), 'code')
    await desk.screenshot({ path: out('desk-desk.png') })
    await desk.click(head)
    await until(async () => (await attendance()).total.present === 1, 'signed in at the desk')
    await desk.click('[data-testid="desk-guest"]')
    await desk.fill('[data-testid="guest-text"]', '区城运中心副主任')
    await desk.click('[data-testid="guest-enter"]')
    await until(async () => (await attendance()).guests.length === 1, 'guest')
    await desk.setViewportSize(kPhone)
    await desk.screenshot({ path: out('desk-phone.png') })
    same('guests count nowhere', (await attendance()).total.present, 1)
  })

  const room = await enterRoom(server, '西桥村', { viewport: kPhone })
  cleanUp(room.close)
  await check('the room shows the code, a phone scans it and signs in its post', async () => {
    await press(room.page, 'enter')
    await press(room.page, 'show-code')
    await until(() => room.page.$('[data-testid="qr"]'), 'code in the room')
    await room.page.screenshot({ path: out('room-code-phone.png') })
    const venue = (await attendance()).venues.find((v) => v.name === '西桥村').venue
    const { url } = await office.get(`/meetings/${meeting}/sign-in-code?venue=${venue}`)
    const phone = await chromium.context.newPage()
    await phone.setViewportSize(kPhone)
    await phone.goto(server.url + new URL(url).pathname)
    await press(phone, 'scan-安全干部')
    await phone.screenshot({ path: out('scan-phone.png') })
    await press(phone, 'scan-sign')
    await until(() => phone.$('[data-testid="scan-done"]'), 'signed')
    await phone.screenshot({ path: out('scan-done-phone.png') })
    same('method', (await seat('西桥村', '安全干部')).method, 'qr')
    await phone.close()
  })
  await check('the room page asks for a substitute', async () => {
    await room.page.keyboard.press('Escape')
    await press(room.page, 'ask-leave')
    await press(room.page, 'leave-kind-substitute')
    await room.page.fill('[data-testid="leave-reason"]', '出差')
    await room.page.fill('[data-testid="leave-substitute"]', '西桥村副主任')
    await press(room.page, 'leave-send')
    await until(async () => (await attendance()).leaves.length === 2, 'asked')
    await room.page.waitForTimeout(500)
    await room.page.screenshot({ path: out('room-phone.png') })
    await room.page.setViewportSize(kDesk)
    await room.page.screenshot({ path: out('room-desk.png') })
  })

  await check('a paper sheet is one step; a correction keeps the old value', async () => {
    const state = (await office.get(`/meetings/${meeting}`)).state
    if (state === 'convened') await office.post(`/meetings/${meeting}/start`)
    await page.setViewportSize(kDesk)
    await page.goto(`${server.url}/meetings/${meeting}/attendance`)
    await press(page, 'sheet-tab-paper')
    await page.fill('[data-testid="paper-find"]', 'xyjmq')
    await page.click('[data-testid^="paper-新苑居民区"]')
    await both('paper')
    await press(page, 'paper-enter')
    await until(async () => (await attendance()).total.present === 3, 'entered from paper')
    await page.setViewportSize(kDesk)
    await press(page, 'sheet-tab-people')
    await page.fill('[data-testid="sheet-find"]', '东溪村')
    await page.click('[data-testid="correct-东溪村-防汛干部"]')
    await until(() => page.$('[data-testid="correct-reason"]'), 'correction')
    await page.fill('[data-testid="correct-reason"]', '现场照片为证')
    await page.screenshot({ path: out('correct-desk.png') })
    await press(page, 'correct-send')
    await until(async () => Boolean((await seat('东溪村', '防汛干部')).corrected), 'corrected')
    same('old value', (await seat('东溪村', '防汛干部')).corrected.was.status, 'expected')
    await page.waitForTimeout(600)
    await both('people')
    await page.setViewportSize(kDesk)
    await press(page, 'sheet-tab-overview')
    await both('overview')
    await page.setViewportSize(kDesk)
    await press(page, 'sheet-tab-texts')
    await until(() => page.$('[data-testid="text-now"]'), 'texts')
    await both('texts')
    const words = await page.textContent('[data-testid="text-now"] pre')
    if (!words.includes('未到：') || !words.includes('请假：东溪村 安全干部')) throw new Error(words)
  })

  await check('after the end the figures of the period add up, and the sheet prints', async () => {
    await office.post(`/meetings/${meeting}/end`)
    const { total } = await attendance()
    same('adds up', total.present + total.leave + total.absent + total.replaced, total.expected)
    await page.setViewportSize(kDesk)
    await page.goto(`${server.url}/figures`)
    await until(() => page.$('[data-testid="rate-chart"]'), 'chart')
    await both('figures')
    await page.setViewportSize(kDesk)
    await press(page, 'figures-unit')
    await page.waitForTimeout(600)
    await page.screenshot({ path: out('figures-unit-desk.png') })
    await page.goto(`${server.url}/meetings/${meeting}/attendance/print`)
    await until(() => page.$('[data-testid="print-now"]'), 'print page')
    await both('print')
    for (const kind of ['xlsx', 'docx']) {
      const file = await office.get(`/meetings/${meeting}/attendance.${kind}`)
      if (file.subarray(0, 2).toString() !== 'PK') throw new Error(`${kind} is no file`)
    }
  })
})
