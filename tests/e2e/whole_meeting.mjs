// Meeting A from convening to its figures by the clock of a test, with 60 branches: each has its own link, token and media
// connection (a werift peer), and signs in its own seats. What is expected was worked out by hand and is reasoned below.
import { randomUUID } from 'node:crypto'
import { Api } from './lib/api.mjs'
import { rowsOf, textOf } from './lib/office_file.mjs'
import { check, scenario } from './lib/report.mjs'
import { HuibanServer } from './lib/server.mjs'
import { until } from './lib/until.mjs'
import { answerStun, WeriftPeer } from './lib/werift_peer.mjs'

// Who is expected. The demo town gives A 99 + 163 seats and 40 branch rooms; the test adds 20 residential districts:
//   main   12 leaders + 46 both heads + (37 + 20) party heads + 4 contractors                     = 119 posts
//   branch 3 deputy secretaries + (37 + 20) × 4 posts + 12 river officers                         = 243 posts
// In 柳湾村 one person is safety and health officer (both in the branch): 243 posts, 242 persons. In 南塘村 one person is
// party head (main venue) and administrative head (branch): one person, counted where the first seat is, the main venue.
//   persons 119 + (243 - 1 - 1) = 119 + 241 = 360, posts 119 + 243 = 362
// What happens (planned and started 9:00, late after 9:05:00, ended 10:30, early from 10 minutes before that):
//   main   one head of 资产公司 comes 9:06: late. One of 农业服务中心 leaves 10:10: early. 安和居民区's party head does not come.
//   东溪村 safety officer on leave. 西桥村 administrative head sends a substitute. 北河村 signs in 9:05:01: all 5 late.
//   石桥村 signs in 9:05:00: in time. 丰谷村 is cut for 40 s: nothing. 松岭村 is cut for 12 minutes: present, the gap is
//   kept, the floor is lost after 10. 果林村 is cut 10:15 for good: all 5 early. 清河居民区 never comes: 4 absent.
//   新苑居民区 health officer sat there as "somebody", which the office corrects next day. 和馨居民区 has a guest.
// So: present main 119 - 1 = 118; branch 241 - 1 leave - 4 absent = 236, of them 5 late, 5 early, 1 substitute.
const kMain = { expected: 119, present: 118, late: 1, early: 1, leave: 0, substitutes: 0, absent: 1, posts_expected: 119, posts_present: 118 }
const kBranch = { expected: 241, present: 236, late: 5, early: 5, leave: 1, substitutes: 1, absent: 4, posts_expected: 243, posts_present: 238 }
const kTotal = { expected: 360, present: 354, late: 6, early: 6, leave: 1, substitutes: 1, absent: 5, posts_expected: 362, posts_present: 356 }
// 118/119, 236/241 and 236/240 without leave, 354/360 and 354/359.
const kSums = [
  '主会场：应到119　实到118　迟到1　早退1　请假0　替会0　缺席1　到会率99.16%',
  '分会场：应到241　实到236　迟到5　早退5　请假1　替会1　缺席4　到会率97.93%（扣除请假98.33%）',
  '合计：应到360　实到354　迟到6　早退6　请假1　替会1　缺席5　到会率98.33%（扣除请假98.61%）',
]
const kBrief = '会议以视频形式召开，镇班子成员及其他处级干部，机关、事业单位、非常设机构及镇属公司党政负责人，各村居、社区工作站党组织以及' +
  '养护单位负责人在主会场参加会议。三大社区党委副书记，各村居、社区工作站行政负责人、安全干部、城运网格联络员、卫生干部，各村河道专管员' +
  '在分会场参加会议。'

const same = (what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`)
}
const figures = (totals, like) => Object.fromEntries(Object.keys(like).map((key) => [key, totals[key]]))
const office_time = (hhmmss, day = 27) => `2020-05-${day}T${hhmmss}+08:00`

await scenario('e2e whole meeting', async (cleanUp) => {
  const server = new HuibanServer({ arguments: ['--demo', '--test-clock'] })
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const url = server.url.replace('localhost', '127.0.0.1')
  const signed_in = async (account) => {
    const api = new Api(url)
    await api.signInFirst(account, server.facts.first_passwords[account], 'Huiban-e2e-2026')
    return api
  }
  const office = await signed_in('mishu'), leader = await signed_in('zhenzhang'), dongxi = await signed_in('dongxi')
  const clock = (hhmmss, day) => office.put('/admin/test-clock', { now: new Date(office_time(hhmmss, day)).toISOString() })
  await clock('08:00:00')
  const meeting = (await office.get('/meetings')).find((m) => m.title.startsWith('2020年城市运行管理')).id
  const at = (path) => `/meetings/${meeting}${path}`
  const attendance = () => office.get(at('/attendance'))
  let seats = []
  const seats_of = (unit, kind, title) => seats.filter((s) => s.unit_name === unit && s.venue_kind === kind && (!title || s.title === title))
  const id_of = (unit, title) => seats.find((s) => s.unit_name === unit && s.title === title).id
  const state_of = async (unit, title) => (await attendance()).seats[id_of(unit, title)]

  await check('20 more districts and two people with two posts each; the list follows the rules', async () => {
    const { units, posts, seq } = await office.get('/directory')
    const model = units.find((u) => u.name === '兰庭居民区')
    const put = { units: [], posts: [], persons: [] }
    const copy = (post, change) => {
      const { id, unit, title, rank, town_leader, party_head, admin_head, head, unheld, tenures } = post
      put.posts.push({ id, unit, title, rank, town_leader, party_head, admin_head, head, unheld, tenures, ...change })
    }
    for (let n = 1; n <= 20; n++) {
      const unit = randomUUID()
      put.units.push({ id: unit, kind: 'residential', name: `新建${String(n).padStart(2, '0')}居民区`, order: model.order, closed: false })
      for (const post of posts.filter((p) => p.unit === model.id)) copy(post, { id: randomUUID(), unit })
    }
    const one_person = (name, unit_name, titles) => {
      const person = randomUUID(), unit = units.find((u) => u.name === unit_name).id
      put.persons.push({ id: person, name })
      for (const title of titles) copy(posts.find((p) => p.unit === unit && p.title === title), { tenures: [{ person, from: '2020-01-01' }] })
    }
    one_person('柳甲', '柳湾村', ['安全干部', '卫生干部'])
    one_person('南乙', '南塘村', ['党总支书记', '行政负责人'])
    await office.post('/directory/changes', { put, base_seq: seq })
    await office.post(at('/convene'))
    const expected = await office.get(at('/expected'))
    seats = expected.seats
    same('persons and posts', ['main', 'branch', 'persons', 'posts'].map((key) => expected.totals[key]), [119, 241, 360, 362])
    same('sentence of the brief', expected.sentence, kBrief)
    const { total, venues } = await attendance()
    same('persons, posts, rooms', [total.expected, total.posts_expected, venues.length], [360, 362, 61])
  })

  await check('leave is asked by the unit and granted by the leader, a substitute by the office for the leader', async () => {
    await dongxi.post(at('/leaves'), { seat: id_of('东溪村', '安全干部'), kind: 'leave', reason: '防汛值守' })
    const of_kind = async (kind) => (await attendance()).leaves.find((l) => l.kind === kind).id
    await leader.post(at(`/leaves/${await of_kind('leave')}/decide`), { approved: true })
    await office.post(at('/leaves'), { seat: id_of('西桥村', '行政负责人'), kind: 'substitute', reason: '出差', substitute: '西桥村副主任' })
    await office.post(at(`/leaves/${await of_kind('substitute')}/decide`), { approved: true, decided_by: '镇长', channel: '电话' })
  })

  const stun = await answerStun(cleanUp)
  const rooms = new Map() // by name
  let hall
  const enter = async (name, token) => {
    const room = rooms.get(name) ?? { name, api: new Api(url) }
    if (token) {
      const me = await room.api.post('/join', { token })
      Object.assign(room, { venue: me.venue })
      room.api.bearer = me.token
    }
    room.peer = new WeriftPeer({ stun })
    await room.peer.publish(`${url}/api/v1${at('/media')}?as=venue`, room.api.bearer)
    rooms.set(name, room)
    return room
  }
  cleanUp(() => Promise.all([...rooms.values()].map((room) => room.peer?.peer.close())))
  const sign_in = (room, list, more = {}) => room.api.post(at('/sign-ins'), { seats: list.map((s) => s.id ?? s), ...more })
  const line = async (room) => (await office.get(at('/journal'))).filter((e) => e.type.startsWith('venue_') && e.text.includes(room.name)).at(-1)?.type
  const cut = async (room) => {
    await room.peer.peer.close() // it says nothing to the server, which has to notice
    await until(async () => (await line(room)) === 'venue_lost', `${room.name} lost`, 40000, 300)
  }

  await check('60 branches join with media and sign in at 8:45; the hall at its desk', async () => {
    await clock('08:45:00')
    const links = (await office.get(at('/links'))).map((l) => ({ ...l, token: l.url.split('/').pop() }))
    hall = { api: new Api(url) }
    hall.api.bearer = (await hall.api.post('/join', { token: links.find((l) => l.kind === 'main').token })).token
    const branches = links.filter((l) => l.kind === 'branch')
    same('links', branches.length, 60)
    const coming = branches.filter((l) => l.name !== '清河居民区')
    for (let i = 0; i < coming.length; i += 6) await Promise.all(coming.slice(i, i + 6).map((l) => enter(l.name, l.token)))
    await sign_in(hall, seats.filter((s) => s.venue_kind === 'main' && s.unit_name !== '安和居民区' && !(s.unit_name === '资产公司' && s.title === companies_head())), { method: 'desk' })
    const leave_out = { 东溪村: ['安全干部'], 西桥村: ['行政负责人'], 柳湾村: ['卫生干部'], 南塘村: ['行政负责人'], 新苑居民区: ['卫生干部'] }
    for (const room of rooms.values())
      if (!['北河村', '石桥村'].includes(room.name))
        await sign_in(room, seats_of(room.name, 'branch').filter((s) => !leave_out[room.name]?.includes(s.title)))
    await sign_in(rooms.get('西桥村'), [id_of('西桥村', '行政负责人')], { substitute: true })
    await rooms.get('新苑居民区').api.post(at('/guests'), { kind: 'unlisted', text: '一位同志，没认出来' })
    await rooms.get('和馨居民区').api.post(at('/guests'), { kind: 'attending', text: '区城运中心联络员' })
    // Missing: 1 late head + 安和 in the hall; 北河 5, 石桥 5, 清河 4, 新苑 1 in branches.
    same('before the start', figures((await attendance()).total, { present: 0, missing: 0, leave: 0, substitutes: 0 }), { present: 342, missing: 17, leave: 1, substitutes: 1 })
  })
  function companies_head() { return seats_of('资产公司', 'main')[1].title }

  await check('9:00 to 10:30: late, a drop of 40 s, a drop of 12 minutes with the floor, early', async () => {
    await clock('09:00:00')
    await office.post(at('/start'))
    const items = (await office.get(at(''))).plan.agenda
    const next = (from) => office.post(at(`/agenda/next?from=${from}`))
    await next('none')
    await clock('09:05:00')
    await sign_in(rooms.get('石桥村'), seats_of('石桥村', 'branch'))
    await clock('09:05:01')
    await sign_in(rooms.get('北河村'), seats_of('北河村', 'branch'))
    await clock('09:06:00')
    await sign_in(hall, [id_of('资产公司', companies_head())], { method: 'desk' })
    await next(items[0].id)

    const short = rooms.get('丰谷村'), long = rooms.get('松岭村')
    await clock('09:20:00')
    await office.post(at('/floor/grant'), { venue: short.venue })
    await cut(short)
    await clock('09:20:40')
    await enter(short.name)
    await until(async () => (await line(short)) !== 'venue_lost', '丰谷村 is back')
    const releases = async () => (await office.get(at('/journal'))).filter((e) => e.type === 'seat_released').length
    same('released after 40 s', await releases(), 0)
    await office.post(at('/floor/revoke'), { venue: short.venue })

    await clock('09:40:30')
    await office.post(at('/floor/grant'), { venue: long.venue })
    await cut(long)
    await clock('09:49:00')
    same('released after 9 minutes', await releases(), 0)
    await clock('09:51:00')
    await until(async () => (await releases()) === 1, 'floor taken after ten minutes')
    await clock('09:52:30')
    await enter(long.name)
    await until(async () => (await line(long)) !== 'venue_lost', '松岭村 is back')

    for (const item of items.slice(1, 5)) await next(item.id)
    await clock('10:10:00')
    await office.post(at('/sign-outs'), { seats: [id_of('农业服务中心', seats_of('农业服务中心', 'main')[0].title)], reason: '防汛检查' })
    await clock('10:15:30')
    await cut(rooms.get('果林村'))
    await clock('10:30:00')
    await office.post(at('/end'))
  })

  await check('what was written as it stood: ten minutes before, at the start, ten minutes after', async () => {
    const texts = Object.fromEntries((await office.get(at('/attendance/report'))).map((x) => [x.moment, x.text.split('\n')[1]]))
    same('before', texts.before, '应到360人，实到342人，其中替会1人，请假1人，未到17人。')
    same('start', texts.start, texts.before)
    // + 1 head, 北河 5, 石桥 5; still missing: 安和 1, 清河 4, 新苑 1.
    same('after', texts.after, '应到360人，实到353人，其中替会1人，迟到6人，请假1人，未到6人。')
  })

  await check('who sat there unrecognised is corrected the next day, with a reason', async () => {
    const before = (await attendance()).total
    same('before the correction', [before.present, before.absent], [353, 6])
    await clock('09:00:00', 28)
    const seat = id_of('新苑居民区', '卫生干部')
    const guest = (await attendance()).guests.find((g) => g.kind === 'unlisted').id
    await office.post(at('/corrections'), { seats: [seat], to: 'present', signed_at: office_time('08:45:00'), reason: '现场照片辨认' })
    await office.post(at(`/guests/${guest}/take-back`), { reason: '已认出，是卫生干部' })
    const corrected = (await state_of('新苑居民区', '卫生干部')).corrected
    same('old value', [corrected.was.status, corrected.reason], ['absent', '现场照片辨认'])
  })

  await check('the figures of the meeting are those worked out by hand', async () => {
    const { main, branch, total, units, venues } = await attendance()
    same('main', figures(main, kMain), kMain)
    same('branch', figures(branch, kBranch), kBranch)
    same('total', figures(total, kTotal), kTotal)
    const unit = (name) => {
      const { main: m, branch: b } = units.find((u) => u.name === name)
      return [m.expected, m.present, b.expected, b.present, b.late, b.early, b.leave, b.absent]
    }
    // [main expected, present, branch expected, present, late, early, leave, absent]
    same('东溪村, a unit in both venues', unit('东溪村'), [1, 1, 5, 4, 0, 0, 1, 0])
    same('柳湾村, two posts in one room', unit('柳湾村'), [1, 1, 4, 4, 0, 0, 0, 0])
    same('南塘村, two posts in two venues', unit('南塘村'), [1, 1, 4, 4, 0, 0, 0, 0])
    same('北河村', unit('北河村'), [1, 1, 5, 5, 5, 0, 0, 0])
    same('石桥村', unit('石桥村'), [1, 1, 5, 5, 0, 0, 0, 0])
    same('丰谷村', unit('丰谷村'), [1, 1, 5, 5, 0, 0, 0, 0])
    same('松岭村', unit('松岭村'), [1, 1, 5, 5, 0, 0, 0, 0])
    same('果林村', unit('果林村'), [1, 1, 5, 5, 0, 5, 0, 0])
    same('清河居民区', unit('清河居民区'), [1, 1, 4, 0, 0, 0, 0, 4])
    const room = (name) => venues.find((v) => v.name === name)
    same('南塘村 in its room: five posts, four sit there', [room('南塘村').totals.expected, room('南塘村').here], [5, 4])
    const gap = await state_of('松岭村', '安全干部')
    same('gap of twelve minutes', Math.round((Date.parse(gap.gap_to) - Date.parse(gap.gap_from)) / 60000), 12)
    same('40 s leave no gap', (await state_of('丰谷村', '安全干部')).gap_from ?? null, null)
  })

  await check('the sheet says the same, row by row', async () => {
    const rows = rowsOf(await office.get(at('/attendance.xlsx')))
    const row = (unit, posts) => {
      const found = rows.find((r) => r[1] === unit && r[2] === posts)
      if (!found) throw new Error(`no row ${unit} ${posts}`)
      return [found[4], found[5], found[7], found[9]] // venue, 应到/实到, state, remark
    }
    const numbers = rows.map((r) => Number(r[0])).filter((n) => Number.isInteger(n) && n > 0)
    same('rows are persons', [numbers.length, numbers.at(-1)], [360, 360])
    same('leave', row('东溪村', '安全干部'), ['分会场', '', '请假', '防汛值守，镇长准'])
    same('both venues', [row('东溪村', '党总支书记').slice(0, 3), row('东溪村', '行政负责人').slice(0, 3)], [['主会场', '1/1', '到会'], ['分会场', '5/4', '到会']])
    same('substitute', row('西桥村', '行政负责人'), ['分会场', '5/5', '替会', '替会：西桥村副主任'])
    same('late', row('北河村', '卫生干部')[2], '迟到')
    same('in time at the limit', row('石桥村', '卫生干部')[2], '到会')
    same('late in the hall', row('资产公司', companies_head())[2], '迟到')
    same('early in the hall', row('农业服务中心', seats_of('农业服务中心', 'main')[0].title).slice(2), ['早退', '10:10离会'])
    same('40 s', row('丰谷村', '安全干部').slice(2), ['到会', ''])
    same('12 minutes', row('松岭村', '安全干部').slice(2), ['到会', '断线09:40—09:52'])
    same('early', row('果林村', '安全干部').slice(2), ['早退', '10:15离会'])
    same('two posts, one row', row('柳湾村', '安全干部、卫生干部').slice(2), ['到会', ''])
    same('two posts, two venues', row('南塘村', '党总支书记、行政负责人')[2], '到会')
    same('absent', row('清河居民区', '安全干部').slice(2), ['缺席', ''])
    same('corrected', row('新苑居民区', '卫生干部').slice(2), ['到会', '更正（原为缺席）：现场照片辨认'])
    const texts = rows.map((r) => r.join(''))
    for (const line of [...kSums, '列席及名单外（不计入）：区城运中心联络员'])
      if (!texts.includes(line)) throw new Error(`the sheet lacks ${line}; it ends ${texts.slice(-6).join(' | ')}`)
    const paper = textOf(await office.get(at('/attendance.docx')))
    for (const line of kSums) if (!paper.includes(line)) throw new Error(`the DOCX lacks ${line}`)
  })

  await check('the period: by kind of unit and by month', async () => {
    const by = (key) => office.get(`/attendance/figures?from=2020-05-27&to=2020-05-27&by=${key}`)
    const kinds = Object.fromEntries((await by('kind')).rows.map((r) => [r.name, [r.totals.expected, r.totals.present, r.totals.leave, r.totals.absent]]))
    // Villages 12 + 60 posts - 2; districts 40 × (1 + 4); stations 5 × (1 + 4); as happened above.
    same('kinds', kinds, {
      镇党委政府: [12, 12, 0, 0], 机关部门: [20, 20, 0, 0], 事业单位: [12, 12, 0, 0], 非常设机构: [6, 6, 0, 0], 镇属公司: [8, 8, 0, 0],
      社区: [3, 3, 0, 0], 村: [70, 69, 1, 0], 居民区: [200, 195, 0, 5], 社区工作站: [25, 25, 0, 0], 养护单位: [4, 4, 0, 0],
    })
    const { rows, total } = await by('month')
    same('month', [rows.length, rows[0].meetings, rows[0].minutes, figures(rows[0].totals, kTotal)], [1, 1, 90, kTotal])
    same('sum', figures(total.totals, kTotal), kTotal)
  })
})
