// through_tun.mjs HUIBAN_LINE: UDP and TCP over the real devices. The parent is the clean side, a child of its own
// behind each line sends and prints what came back as JSON. Ends with 77 where no TUN device can be made.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import dgram from 'node:dgram'
import { accessSync, constants } from 'node:fs'
import net from 'node:net'

const kBytes = 250_000
const [program, role] = process.argv.slice(2)
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms))

/** Behind the line: `packets` numbered datagrams, one each interval; the round trips of those that came back. */
async function sendDatagrams(packets, interval) {
  const socket = dgram.createSocket('udp4')
  const sent = [], trips = []
  socket.on('message', (data) => trips.push(performance.now() - sent[data.readUInt32BE(0)]))
  const begin = performance.now()
  for (let n = 0; n < packets; n++) {
    // By the clock: a busy machine sends late, not less.
    while (performance.now() < begin + n * interval) await pause(1)
    const data = Buffer.alloc(200)
    data.writeUInt32BE(n, 0)
    sent.push(performance.now())
    socket.send(data, 9000, process.env.HUIBAN_LINE_FAR)
  }
  await pause(700)
  socket.close()
  trips.sort((a, b) => a - b)
  return { back: trips.length / packets, least: trips[0], median: trips[trips.length >> 1], most: trips.at(-1) }
}

async function download() {
  const begin = performance.now()
  let bytes = 0
  for await (const chunk of net.connect(9000, process.env.HUIBAN_LINE_FAR)) bytes += chunk.length
  return { bytes, ms: performance.now() - begin }
}

if (role === 'datagrams') {
  console.log(JSON.stringify(await sendDatagrams(400, 2)))
} else if (role === 'download') {
  console.log(JSON.stringify(await download()))
} else if (role === 'told') {
  const tell = (...words) => JSON.parse(spawnSync(program, ['tell', ...words]).stdout)
  const before = await sendDatagrams(50, 2)
  const refused = tell('lose', '5'), taken = tell('down', 'outage', '1')
  const after = await sendDatagrams(50, 2)
  console.log(JSON.stringify({ before, refused, taken, after, stats: tell('stats') }))
} else if (process.env.HUIBAN_LINE_INSIDE) {
  await main()
} else {
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch {
    console.log('no /dev/net/tun for this user: skipped')
    process.exit(77)
  }
  const spaces = process.getuid() === 0 ? ['-n'] : ['-r', '-n']
  execFileSync('unshare', [...spaces, 'bash', '-c', 'ip link set lo up && exec "$@"', '_', process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, HUIBAN_LINE_INSIDE: '1' } })
}

async function main() {
  const echo = dgram.createSocket('udp4')
  echo.on('message', (data, from) => echo.send(data, from.port, from.address))
  echo.bind(9000)
  const server = net.createServer((client) => client.on('error', () => {}).end(Buffer.alloc(kBytes))).listen(9000)

  const behind = (words, what) => new Promise((resolve, reject) => {
    const child = spawn(program, [...words, '--', process.execPath, process.argv[1], program, what], { stdio: ['ignore', 'pipe', 'pipe'] })
    const text = { out: '', err: '' }
    child.stdout.on('data', (data) => (text.out += data))
    child.stderr.on('data', (data) => (text.err += data))
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${words}: ended with ${code}: ${text.err}`))
      resolve({ ...JSON.parse(text.out), line: JSON.parse(text.err) })
    })
  })
  let failed = 0
  const check = (name, right, seen) => {
    console.log(`${right ? 'ok  ' : 'FAIL'} ${name}: ${JSON.stringify(seen)}`)
    failed += !right
  }

  const clean = await behind(['delay=30'], 'datagrams')
  check('a delay of 30 ms each way, nothing lost', clean.back === 1 && clean.least >= 60 && clean.median < 90, clean)
  const lossy = await behind(['up', 'loss=10', 'seed=5'], 'datagrams')
  check('10 % lost on the way up', lossy.back > 0.84 && lossy.back < 0.96 && lossy.line.up.dropped.loss > 0, lossy)
  check('nothing lost on the way down', lossy.line.down.dropped.loss === 0, lossy.line.down.dropped)
  const slow = await behind(['down', 'rate=1000'], 'download')
  check('TCP: 250 kB at 1000 kbit/s', slow.bytes === kBytes && slow.ms > 1950 && slow.ms < 3500, slow)
  const told = await behind([], 'told')
  check('a running line changes when told', told.before.back === 1 && told.taken.ok && told.after.back === 0, told)
  check('an unknown word is refused and named', !told.refused.ok && told.refused.error.includes('lose'), told.refused)
  check('dropped packets are counted by cause', told.stats.down.dropped.outage === 50, told.stats.down.dropped)
  process.exit(failed ? 1 : 0)
}
