// kill -9 in the middle of a meeting, ten times at random moments: pages come back, nothing acknowledged is lost.
import { randomUUID } from 'node:crypto'
import { Api } from './lib/api.mjs'
import { kPassword, openConsole, openOffice } from './lib/opening.mjs'
import { check, scenario } from './lib/report.mjs'
import { connected, enterRoom, hears, press, shows } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const kRounds = 10

/** Keeps issuing commands until stopped; remembers each that was acknowledged. */
class Writer {
  constructor(api, meeting, seats, item, venue, unit) {
    Object.assign(this, { api, meeting, seats, item, venue, unit })
    this.acknowledged = { seats: new Set(), note: '', noteVersion: 0, tasks: new Set(), floor: null }
    this.unsure = null // a floor command whose answer did not come
  }
  run() {
    this.running = true
    this.done = (async () => {
      for (let n = 0; this.running; n++) {
        try { await this.step(n) } catch (error) { if (error.status) throw error; return }
      }
    })()
  }
  async step(n) {
    const at = (path) => `/meetings/${this.meeting}${path}`
    const turn = n % 4
    if (turn === 0 && this.seats.length) {
      const seat = this.seats[this.seats.length - 1]
      await this.api.post(at('/sign-ins'), { seats: [seat], method: 'secretary', reason: '代签' })
      this.seats.pop()
      this.acknowledged.seats.add(seat)
    } else if (turn === 1) {
      const text = `记录 ${randomUUID()}`
      this.pendingNote = text
      await this.api.put(at(`/agenda/${this.item}/note`), { text, base_version: this.acknowledged.noteVersion })
      this.acknowledged.note = text
      this.acknowledged.noteVersion++
    } else if (turn === 2) {
      const task = await this.api.post('/tasks', { title: `任务 ${n}`, meeting: this.meeting, item: this.item, lead_unit: this.unit })
      this.acknowledged.tasks.add(task.id)
    } else if (turn === 3) {
      const granted = this.acknowledged.floor === true
      this.unsure = !granted
      await this.api.post(at(granted ? '/floor/revoke' : '/floor/grant'), { venue: this.venue })
      this.acknowledged.floor = !granted
      this.unsure = null
    }
  }
}

await scenario('e2e restart', async (cleanUp) => {
  const ports = { HUIBAN_SERVER_HTTP_PORT: '8090', HUIBAN_MEDIA_PORT: '7790' }
  const { server, office, venues, plan } = await openOffice(cleanUp, { environment: ports })
  const meeting = server.facts.demo_meeting
  const dongxi = venues.find((v) => v.name === '东溪村')
  const seats = (await office.get(`/meetings/${meeting}/expected`)).seats.map((s) => s.id)

  const rooms = [await enterRoom(server, '主会场'), await enterRoom(server, '东溪村')]
  for (const room of rooms) cleanUp(room.close)
  for (const room of rooms) await press(room.page, 'enter')
  const desk = await openConsole(cleanUp, server)
  const pages = [...rooms, desk]
  for (const page of pages) await connected(page)
  await shows(rooms[1], 'stage_main', '主会场')
  await hears(rooms[1], ['主会场'])

  const writer = new Writer(office, meeting, seats, plan.agenda[1].id, dongxi.id, dongxi.units[0])
  const slowest = []
  for (let round = 1; round <= kRounds; round++) {
    await check(`kill -9, round ${round}`, async () => {
      writer.run()
      await new Promise((resume) => setTimeout(resume, 100 + Math.random() * 1200))
      const made = await Promise.all(pages.map((page) => page.page.evaluate(() => window.probe.made())))
      await server.kill()
      writer.running = false
      await writer.done
      await server.start()
      const up = Date.now()
      const back = await Promise.all(pages.map(async (page, i) => {
        await until(() => page.page.evaluate((n) => window.probe.made() > n && window.probe.newestConnected(), made[i]), `${page.name} is back`, 5000)
        return Date.now() - up
      }))
      await Promise.all([shows(rooms[1], 'stage_main', '主会场', 5000), shows(desk, 'stage_main', '主会场', 5000)])
      await hears(rooms[1], ['主会场'], 5000)
      const whole = Date.now() - up
      slowest.push(Math.max(...back))

      const attendance = await office.get(`/meetings/${meeting}/attendance`)
      for (const seat of writer.acknowledged.seats)
        if (attendance.seats[seat].status !== 'present') throw new Error('an acknowledged sign-in is lost')
      const notes = await office.get(`/meetings/${meeting}/agenda/${writer.item}/note`)
      const known = writer.acknowledged
      if (known.noteVersion && notes[known.noteVersion - 1]?.text !== known.note) throw new Error('a note is lost')
      if (notes.length > known.noteVersion) {
        // Stored, but the answer was cut off: the next save goes on from what is there.
        if (notes.at(-1).text !== writer.pendingNote) throw new Error('an unknown note')
        known.noteVersion = notes.length
        known.note = notes.at(-1).text
      }
      const tasks = new Set((await office.get(`/tasks?meeting=${meeting}`)).map((t) => t.id))
      for (const task of known.tasks) if (!tasks.has(task)) throw new Error('a task is lost')
      const journal = await office.get(`/meetings/${meeting}/journal`)
      const floor = journal.filter((e) => ['floor_granted', 'floor_revoked'].includes(e.type)).at(-1)?.type === 'floor_granted'
      if (known.floor !== null && floor !== known.floor && floor !== writer.unsure) throw new Error('a floor change is lost')
      known.floor = floor
      writer.unsure = null
      return `connected ${Math.max(...back)} ms, picture and sound ${whole} ms, ${known.seats.size} sign-ins, note ${known.noteVersion}, ${known.tasks.size} tasks`
    })
  }
  await check('all pages were back within 5 s each time; the chain is whole', async () => {
    const admin = new Api(server.url)
    await admin.signInFirst('admin', server.facts.first_passwords.admin, kPassword)
    const report = await admin.get('/admin/verify')
    if (!report.intact) throw new Error(report.first_fault)
    return `slowest ${Math.max(...slowest)} ms, ${report.events} events`
  })
})
