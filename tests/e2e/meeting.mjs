// A whole meeting with real browsers: main venue and two branches in Chromium, one branch in Firefox, the console.
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { Api } from './lib/api.mjs'
import { openChromium, kPhone } from './lib/browsers.mjs'
import { check, scenario } from './lib/report.mjs'
import { HuibanServer } from './lib/server.mjs'
import { connected, enterRoom, hears, kRooms, press, shows } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const out = (name) => join(process.env.HUIBAN_OUTPUT, name)
const kPassword = 'Huiban-e2e-2026'

await scenario('e2e meeting', async (cleanUp) => {
  const server = new HuibanServer()
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const meeting = server.facts.demo_meeting
  const office = new Api(server.url)
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, kPassword)
  const at = (path) => `/meetings/${meeting}${path}`
  const { venues } = await office.get(at(''))
  const venue = Object.fromEntries(venues.map((v) => [v.name, v.id]))

  const main = await enterRoom(server, '主会场')
  const dongxi = await enterRoom(server, '东溪村')
  const xiqiao = await enterRoom(server, '西桥村', { viewport: kPhone })
  const xinyuan = await enterRoom(server, '新苑居民区', { firefox: true })
  const rooms = [main, dongxi, xiqiao, xinyuan]
  for (const room of rooms) cleanUp(room.close)

  await check('device check before joining, then every room connects', async () => {
    await dongxi.page.screenshot({ path: out('branch-device-check.png') })
    for (const room of rooms) await press(room.page, 'enter')
    for (const room of rooms) await connected(room)
  })

  const desk = await openChromium()
  desk.name = '秘书控制台'
  cleanUp(desk.close)
  await check('the secretary signs in and opens the console', async () => {
    await desk.page.goto(server.url + '/login')
    await desk.page.screenshot({ path: out('login.png') })
    await desk.page.fill('[data-testid="account"] input, input[data-testid="account"]', 'mishu')
    await desk.page.fill('[data-testid="password"] input, input[data-testid="password"]', kPassword)
    await press(desk.page, 'sign-in')
    await until(() => desk.page.$('[data-testid="meeting-list"]'), 'list of meetings')
    await desk.page.screenshot({ path: out('meetings.png') })
    await desk.page.goto(`${server.url}/meetings/${meeting}/console`)
    await connected(desk)
  })
  const display = { name: '大屏', page: await desk.context.newPage() }
  await display.page.goto(`${server.url}/meetings/${meeting}/display`)
  await connected(display)

  await check('every branch sees the main venue on stage, with a moving picture', async () => {
    for (const room of [dongxi, xiqiao, xinyuan, desk, display]) await shows(room, 'stage_main', '主会场')
  })
  await check('every branch hears the main venue and nobody hears itself', async () => {
    for (const room of [dongxi, xiqiao, xinyuan]) await hears(room, ['主会场'])
    await hears(main, [])
  })
  await check('the console hears after a press', async () => {
    await until(async () => {
      const button = await desk.page.$('[data-testid="allow-sound"]')
      if (button) await button.click().catch(() => {})
      return hears(desk, ['主会场'], 2500).then(() => true)
    }, 'sound at the console', 15000)
  })
  await check('the console wall shows every branch', async () => {
    const seen = new Set()
    await until(async () => {
      for (let i = 1; i <= 8; i++) {
        const picture = await desk.page.evaluate((s) => window.probe.picture(s), `wall_${i}`)
        if (!picture) continue
        for (const [name, { colour }] of Object.entries(kRooms))
          if (Math.hypot(...colour.map((c, k) => c - picture.rgb[k])) < 70) seen.add(name)
      }
      return ['东溪村', '西桥村', '新苑居民区'].every((name) => seen.has(name))
    }, 'wall pictures', 15000)
    return [...seen].join(' ')
  })

  await check('stage switched to a branch: everybody sees it, the branch itself sees the main venue', async () => {
    await office.put(at('/stage'), { main: venue['东溪村'], second: null })
    const times = []
    for (const room of [main, xiqiao, xinyuan, desk, display]) times.push(await shows(room, 'stage_main', '东溪村'))
    await shows(dongxi, 'stage_main', '主会场')
    return `seen after ${Math.max(...times)} ms at most`
  })

  await check('floor granted: its tone is heard by all, by itself never', async () => {
    const begin = Date.now()
    await office.post(at('/floor/grant'), { venue: venue['东溪村'] })
    await Promise.all([hears(main, ['东溪村']), hears(xiqiao, ['主会场', '东溪村']), hears(xinyuan, ['主会场', '东溪村'])])
    const spent = Date.now() - begin
    await hears(dongxi, ['主会场'])
    await hears(desk, ['主会场', '东溪村'])
    return `${spent} ms, 700 ms of it the measuring window`
  })
  await dongxi.page.screenshot({ path: out('branch-floor.png') })
  await main.page.screenshot({ path: out('main-venue.png') })
  await desk.page.screenshot({ path: out('console.png') })
  await display.page.setViewportSize({ width: 1920, height: 1080 })
  await display.page.screenshot({ path: out('display.png') })

  await check('floor revoked: not one packet of its sound leaves, though its browser goes on sending', async () => {
    await office.post(at('/floor/revoke'), { venue: venue['东溪村'] })
    // The main venue receives no other sound than the branch's, so its counter must stand still from now on.
    await new Promise((resume) => setTimeout(resume, 300)) // what was on the wire before the answer arrives
    const before = await main.page.evaluate(() => window.probe.counters())
    const sending = await dongxi.page.evaluate(() => window.probe.counters())
    await new Promise((resume) => setTimeout(resume, 2500))
    const after = await main.page.evaluate(() => window.probe.counters())
    const still = await dongxi.page.evaluate(() => window.probe.counters())
    if (still.audioOut - sending.audioOut < 80) throw new Error('the branch stopped sending')
    if (after.audioIn !== before.audioIn) throw new Error(`${after.audioIn - before.audioIn} packets came through`)
    for (const room of [xiqiao, xinyuan]) await hears(room, ['主会场'])
    return `${still.audioOut - sending.audioOut} packets sent, 0 received`
  })

  await check('stage back to the main venue', async () => {
    await office.put(at('/stage'), { main: venue['主会场'], second: null })
    for (const room of [dongxi, xiqiao, xinyuan, desk, display]) await shows(room, 'stage_main', '主会场')
  })

  await check('posts sign in at one browser; the office sees them', async () => {
    for (const title of ['安全干部', '防汛干部']) await press(dongxi.page, `seat-${title}`)
    await until(async () => (await office.get(at('/attendance'))).total.present === 2, 'two sign-ins')
    await dongxi.page.screenshot({ path: out('branch.png') })
    await xiqiao.page.screenshot({ path: out('branch-phone.png') })
  })

  await check('a branch asks for the floor and the console shows it', async () => {
    await press(xiqiao.page, 'floor-button')
    await until(() => desk.page.evaluate(() => document.body.innerText.includes('西桥村')), 'request at the console')
    await desk.page.screenshot({ path: out('console-request.png') })
    await office.post(at('/floor/grant'), { venue: venue['西桥村'] })
    await hears(dongxi, ['主会场', '西桥村'])
    await office.post(at('/floor/mute-all'))
    await hears(dongxi, ['主会场'])
  })

  await check('a still of a venue, and a drawing of the running pipeline', async () => {
    const still = await office.get(at(`/venues/${venue['西桥村']}/still.jpg`))
    if (still.length < 500 || still[0] !== 0xff || still[1] !== 0xd8) throw new Error('not a JPEG')
    writeFileSync(out('still.jpg'), still)
    const admin = new Api(server.url)
    await admin.signInFirst('admin', server.facts.first_passwords.admin, kPassword)
    const dot = (await admin.get(`/admin/meetings/${meeting}/pipeline.dot`)).toString()
    if (!dot.includes('digraph') || !/huiban.?src/i.test(dot)) throw new Error('not a drawing: ' + dot.slice(0, 300))
    writeFileSync(out('pipeline.dot'), dot)
    return `${still.length} bytes of JPEG`
  })

  let item
  await check('next item starts the clock; undo takes it back', async () => {
    await office.post(at('/agenda/next'))
    await office.post(at('/agenda/undo'))
    await office.post(at('/agenda/next'))
    await office.post(at('/agenda/next'))
    item = (await office.get(at(''))).plan.agenda[1]
  })

  let task
  await check('an item becomes a task for one village with contact and due date', async () => {
    await office.put(at(`/agenda/${item.id}/note`), { text: '一是各村开展防汛自查，薄弱点整改到位。', base_version: 0 })
    const unit = venues.find((v) => v.name === '东溪村').units[0]
    task = await office.post('/tasks', {
      title: '防汛自查，薄弱点整改到位', lead_unit: unit, contact: '防汛干部', due: '2030-06-05', evidence: '整改前后照片',
      meeting, item: item.id, quote: '各村开展防汛自查',
    })
    task = await office.post(`/tasks/${task.id}/issue`, { channel: '签批' })
    if (!/^示督〔\d{4}〕1号$/.test(task.number)) throw new Error(task.number)
    if (!(task.second >= 0) || task.item_title !== '工作部署（防汛防台）') throw new Error(JSON.stringify(task))
    return `${task.number}, second ${task.second}`
  })

  await check('the meeting ends; pages say so; minutes and sheets are exported', async () => {
    await office.post(at('/end'))
    await until(() => dongxi.page.evaluate(() => document.querySelector('[data-phase]')?.dataset.phase === 'ended'), 'ended')
    await dongxi.page.screenshot({ path: out('branch-ended.png') })
    for (const [path, name] of [['/minutes.docx', 'minutes.docx'], ['/attendance.xlsx', 'attendance.xlsx']]) {
      const bytes = await office.get(at(path))
      if (bytes.length < 2000 || bytes.toString('latin1', 0, 2) !== 'PK') throw new Error(name)
      writeFileSync(out(name), bytes)
    }
    writeFileSync(out('tasks.xlsx'), await office.get('/tasks.xlsx'))
    const minutes = await office.get(at('/minutes'))
    const paragraph = minutes.paragraphs.find((p) => p.task === task.id)
    if (!paragraph?.text.includes('东溪村') || !paragraph.said_at) throw new Error('the task is not in the minutes')
  })

  await check('pages of minutes, tasks, planning and the unit itself', async () => {
    for (const [path, name] of [[`/meetings/${meeting}/minutes`, 'minutes'], ['/tasks', 'tasks'], [`/tasks/${task.id}`, 'task']]) {
      await desk.page.goto(server.url + path)
      await until(() => desk.page.evaluate(() => document.body.innerText.includes('防汛')), name)
      await desk.page.screenshot({ path: out(name + '.png') })
    }
    const planned = (await office.get('/meetings')).find((m) => m.state === 'planned' && m.expected === 262)
    await desk.page.goto(`${server.url}/meetings/${planned.id}/plan`)
    await press(desk.page, 'step-people')
    await until(() => desk.page.evaluate(() => document.body.innerText.includes('262')), 'live totals')
    await desk.page.screenshot({ path: out('plan.png') })
  })

  await check("the task is on the unit's own page and can be signed for", async () => {
    const liaison = new Api(server.url)
    await liaison.signInFirst('dongxi', server.facts.first_passwords.dongxi, kPassword)
    const phone = await openChromium({ viewport: kPhone })
    cleanUp(phone.close)
    await phone.page.goto(server.url + '/login')
    await phone.page.fill('[data-testid="account"] input, input[data-testid="account"]', 'dongxi')
    await phone.page.fill('[data-testid="password"] input, input[data-testid="password"]', kPassword)
    await press(phone.page, 'sign-in')
    await until(() => phone.page.evaluate(() => document.body.innerText.includes('薄弱点整改到位')), "the unit's task")
    await phone.page.screenshot({ path: out('unit-phone.png') })
    const mine = await liaison.get('/tasks')
    if (mine.length !== 1 || mine[0].id !== task.id) throw new Error('tasks of the unit')
    await liaison.post(`/tasks/${task.id}/sign`, { responsible: '防汛干部' })
  })

  await check('the chain of events is whole', async () => {
    const admin = new Api(server.url)
    await admin.signIn('admin', kPassword)
    const report = await admin.get('/admin/verify')
    if (!report.intact) throw new Error(report.first_fault)
    return `${report.events} events`
  })
})
