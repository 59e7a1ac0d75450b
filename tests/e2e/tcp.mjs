// A network that blocks UDP: the namespace drops every UDP packet to and from the media port. Chromium and
// Firefox come in over TCP, are seen and heard, and see and hear.
import { execFileSync } from 'node:child_process'
import { check, scenario } from './lib/report.mjs'
import { Api } from './lib/api.mjs'
import { HuibanServer } from './lib/server.mjs'
import { connected, enterRoom, hears, press, shows } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const nft = (...words) => execFileSync('/usr/sbin/nft', words, { encoding: 'utf8' })

function blockUdp(port) {
  nft('add', 'table', 'inet', 'blocked')
  for (const hook of ['input', 'output']) {
    nft('add', 'chain', 'inet', 'blocked', hook, `{ type filter hook ${hook} priority 0; }`)
    for (const side of ['sport', 'dport']) nft('add', 'rule', 'inet', 'blocked', hook, 'udp', side, String(port), 'counter', 'drop')
  }
}
const droppedPackets = () =>
  [...nft('list', 'table', 'inet', 'blocked').matchAll(/counter packets (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0)

/** In the page: the pair in use and what has gone over it. */
function line() {
  window.line = async () => {
    const pc = window.probe.newest()
    const stats = await pc.getStats()
    const transport = [...stats.values()].find((s) => s.type === 'transport' && s.selectedCandidatePairId)
    const pair = transport
      ? stats.get(transport.selectedCandidatePairId)
      : [...stats.values()].find((s) => s.type === 'candidate-pair' && s.selected)
    if (!pair) return null
    const local = stats.get(pair.localCandidateId), remote = stats.get(pair.remoteCandidateId)
    const frames = [...stats.values()].reduce((sum, s) => sum + (s.type === 'inbound-rtp' ? s.framesDecoded ?? 0 : 0), 0)
    return {
      protocol: local.protocol, remote: remote.protocol, tcpType: local.tcpType, frames,
      sent: pair.bytesSent, received: pair.bytesReceived, rtt: pair.currentRoundTripTime,
    }
  }
}

await scenario('e2e tcp', async (cleanUp) => {
  const server = new HuibanServer()
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const office = new Api(server.url)
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, 'Huiban-e2e-2026')
  const at = (path) => `/meetings/${server.facts.demo_meeting}${path}`
  const { venues } = await office.get(at(''))
  const venue = Object.fromEntries(venues.map((v) => [v.name, v.id]))
  blockUdp(7700) // the default of [media] port

  const main = await enterRoom(server, '主会场')
  const dongxi = await enterRoom(server, '东溪村')
  const xinyuan = await enterRoom(server, '新苑居民区', { firefox: true })
  const rooms = [main, dongxi, xinyuan]
  for (const room of rooms) cleanUp(() => room.close().catch(() => {}))

  await check('with UDP blocked every room connects over TCP', async () => {
    const times = []
    for (const room of rooms) {
      const begin = Date.now()
      await press(room.page, 'enter')
      await connected(room)
      times.push(Date.now() - begin)
      await room.page.evaluate(line)
      const used = await until(() => room.page.evaluate(() => window.line()), 'a pair in use')
      if (used.protocol !== 'tcp' || used.remote !== 'tcp') throw new Error(JSON.stringify(used))
    }
    if (droppedPackets() === 0) throw new Error('UDP was not blocked')
    return `connected ${times.join(', ')} ms after the press, ${droppedPackets()} UDP packets dropped`
  })
  await check('a branch sees and hears the main venue, and is seen and heard with the floor', async () => {
    await shows(dongxi, 'stage_main', '主会场')
    await hears(dongxi, ['主会场'])
    await shows(xinyuan, 'stage_main', '主会场')
    await office.put(at('/stage'), { main: venue['东溪村'], second: null })
    const seen = await shows(main, 'stage_main', '东溪村')
    await office.post(at('/floor/grant'), { venue: venue['东溪村'] })
    await hears(main, ['东溪村'])
    await shows(xinyuan, 'stage_main', '东溪村')
    await hears(xinyuan, ['主会场', '东溪村'])
    return `seen ${seen} ms after the switch`
  })
  await check('frames and bytes grow over the TCP pair, both ways', async () => {
    const before = await Promise.all(rooms.map((room) => room.page.evaluate(() => window.line())))
    await new Promise((resume) => setTimeout(resume, 3000)) // a span to measure
    const after = await Promise.all(rooms.map((room) => room.page.evaluate(() => window.line())))
    return after
      .map((now, i) => {
        const then = before[i]
        if (now.protocol !== 'tcp' || now.frames < then.frames + 20 || now.sent < then.sent + 10000 || now.received < then.received + 10000)
          throw new Error(JSON.stringify([then, now]))
        const kbps = (a, b) => Math.round(((b - a) * 8) / 3000)
        return `${rooms[i].name} ${now.frames - then.frames} frames, down ${kbps(then.received, now.received)}, up ${kbps(then.sent, now.sent)} kbit/s`
      })
      .join('; ')
  })
  await check('UDP is allowed again: a page that joins anew goes by UDP', async () => {
    nft('delete', 'table', 'inet', 'blocked')
    await xinyuan.close()
    await dongxi.page.reload() // it enters again by itself
    await connected(dongxi)
    await dongxi.page.evaluate(line)
    await until(async () => (await dongxi.page.evaluate(() => window.line()))?.protocol === 'udp', 'UDP')
    await shows(dongxi, 'stage_main', '主会场')
  })
  await check('UDP is blocked in the middle: the page comes back over TCP by itself', async () => {
    blockUdp(7700)
    const begin = Date.now()
    await until(async () => (await dongxi.page.evaluate(() => window.line()))?.protocol === 'tcp', 'TCP', 40000)
    await shows(dongxi, 'stage_main', '主会场')
    return `${Date.now() - begin} ms`
  })
})
