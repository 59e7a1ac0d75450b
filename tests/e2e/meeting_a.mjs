// Two items of meeting A at real speed in real browsers: the hall, two branches, the secretary's console. One branch is cut
// for 40 s, the other signs in after the grace. The figures are worked out below and compared on the pages.
import { join } from 'node:path'
import { kPhone, openChromium } from './lib/browsers.mjs'
import { kPassword, openOffice } from './lib/opening.mjs'
import { check, scenario } from './lib/report.mjs'
import { connected, enterRoom, hears, press, shows } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const out = (name) => join(process.env.HUIBAN_OUTPUT, name)
const same = (what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`)
}
// A expects 99 + 163. In the hall 98 of 99 (one party head missing). In branches: 东溪村 4 of 5, one on leave; 西桥村 all 5,
// late; nobody else of 163: 163 - 4 - 1 - 5 = 153 absent. Present 98 + 4 + 5 = 107, absent 1 + 153 = 154, leave 1: 262.
const kWanted = { expected: 262, present: 107, late: 5, early: 0, leave: 1, absent: 154 }

await scenario('e2e meeting A', async (cleanUp) => {
  const { server, office } = await openOffice(cleanUp)
  const a = (await office.get('/meetings')).find((m) => m.title.startsWith('2020年城市运行管理')).id
  const at = (path) => `/meetings/${a}${path}`
  // Planned four minutes ago by the office's clock: the grace of five minutes ends in the middle of the test.
  const planned = new Date(Math.floor(Date.now() / 60000) * 60000 - 4 * 60000)
  const office_clock = new Date(planned.getTime() + 8 * 3600000).toISOString()
  const { plan } = await office.get(at(''))
  await office.put(at(''), { ...plan, date: office_clock.slice(0, 10), start: office_clock.slice(11, 16), half: 'none' })
  await office.post(at('/convene'))
  const links = Object.fromEntries((await office.get(at('/links'))).map((l) => [l.name, server.url + new URL(l.url).pathname]))
  const { seats } = await office.get(at('/expected'))
  const totals = async () => (await office.get(at('/attendance'))).total
  const leave_seat = seats.find((s) => s.unit_name === '东溪村' && s.title === '卫生干部').id
  await office.post(at('/leaves'), { seat: leave_seat, kind: 'leave', reason: '住院' })
  await office.post(at(`/leaves/${(await office.get(at('/attendance'))).leaves[0].id}/decide`), { approved: true, decided_by: '镇长', channel: '电话' })

  const desk = await openChromium()
  cleanUp(desk.close)
  await desk.page.goto(server.url + '/login')
  await desk.page.fill('[data-testid="account"] input, input[data-testid="account"]', 'mishu')
  await desk.page.fill('[data-testid="password"] input, input[data-testid="password"]', kPassword)
  await press(desk.page, 'sign-in')
  await until(() => desk.page.$('[data-testid="meeting-list"]'), 'list of meetings', 30000)
  await desk.page.goto(`${server.url}${at('/console')}`)
  const open = async (name, options) => {
    const room = await enterRoom(server, name, { ...options, link: links[name] })
    cleanUp(() => room.close())
    await press(room.page, 'enter')
    await connected(room)
    return room
  }
  const [hall, xiqiao] = [await open('主会场'), await open('西桥村', { viewport: kPhone })]
  let dongxi = await open('东溪村')
  await check('the hall is signed in, a branch ticks who is there; who is on leave is marked', async () => {
    const hall_seats = seats.filter((s) => s.venue_kind === 'main' && s.unit_name !== '安和居民区').map((s) => s.id)
    await office.post(at('/sign-ins'), { seats: hall_seats, method: 'desk' })
    for (const title of ['行政负责人', '安全干部', '城运网格联络员', '河道专管员']) await press(dongxi.page, `seat-${title}`)
    await until(async () => (await totals()).present === 102, 'signed in')
    same('leave on the page', (await dongxi.page.textContent('[data-testid="seat-卫生干部"]')).includes('请假'), true)
    await dongxi.page.screenshot({ path: out('branch.png') })
  })
  await check('first item: the hall on stage, seen and heard in both branches', async () => {
    await press(desk.page, 'start-meeting')
    await desk.page.click('.el-message-box__btns .el-button--primary') // it asks once
    await press(desk.page, 'next-item')
    for (const room of [dongxi, xiqiao]) {
      await shows(room, 'stage_main', '主会场')
      await hears(room, ['主会场'])
    }
    await desk.page.screenshot({ path: out('console-first.png') })
  })
  let cut_at
  await check('a branch drops: its tile says so, its seat is held', async () => {
    await dongxi.close()
    cut_at = Date.now()
    await until(async () => (await office.get(at('/journal'))).some((e) => e.type === 'venue_lost'), 'noticed', 35000)
    await desk.page.screenshot({ path: out('console-drop.png') })
  })
  await check('second item while it is away; nothing is released', async () => {
    await press(desk.page, 'next-item')
    await until(async () => (await xiqiao.page.textContent('[data-testid="current-item"]')).includes('工作部署'), 'second item')
    await new Promise((resume) => setTimeout(resume, Math.max(0, cut_at + 40000 - Date.now()))) // the drop's own length
    dongxi = await open('东溪村')
    await shows(dongxi, 'stage_main', '主会场')
    await hears(dongxi, ['主会场'])
    same('released', (await office.get(at('/journal'))).filter((e) => e.type === 'seat_released').length, 0)
    same('still signed in', (await totals()).present, 102)
  })
  await check('after the grace a branch signs in and is late', async () => {
    await new Promise((resume) => setTimeout(resume, Math.max(0, planned.getTime() + 5 * 60000 + 500 - Date.now()))) // real speed
    for (const title of ['行政负责人', '安全干部', '城运网格联络员', '卫生干部', '河道专管员']) await press(xiqiao.page, `seat-${title}`)
    await until(async () => (await totals()).late === 5, 'late')
    await xiqiao.page.screenshot({ path: out('branch-late-phone.png') })
  })
  await check('after the end page, text and sheet show the figures worked out by hand', async () => {
    await desk.page.screenshot({ path: out('console-second.png') })
    await office.post(at('/end'))
    const total = await totals()
    same('figures', Object.fromEntries(Object.keys(kWanted).map((key) => [key, total[key]])), kWanted)
    await desk.page.goto(`${server.url}${at('/attendance')}`)
    const words = await until(async () => {
      const text = (await desk.page.textContent('main')).replace(/\s+/g, '')
      return text.includes('107') && text
    }, 'attendance page')
    for (const figure of ['262', '107', '154', '40.84%', '41%']) if (!words.includes(figure)) throw new Error(`the page lacks ${figure}: ${words.slice(0, 300)}`)
    await desk.page.screenshot({ path: out('attendance.png') })
    await desk.page.goto(`${server.url}${at('/attendance/print')}`)
    await until(async () => (await desk.page.textContent('body')).includes('应到 262'), 'sheet')
  })
})
