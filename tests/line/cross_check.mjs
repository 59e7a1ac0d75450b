// cross_check.mjs HUIBAN_LINE: the line simulator beside the kernel's own tbf (rate, queue) and nft numgen (loss), with the
// same datagrams. Root, or where `unshare -r` may make mounts; ends with 77 where tc or nft cannot.
import { execFileSync } from 'node:child_process'

const [program, inside] = process.argv.slice(2)
const sender = new URL('through_tun.mjs', import.meta.url).pathname
const run = (command, options = {}) => execFileSync('bash', ['-ec', command], { encoding: 'utf8', ...options })

if (!inside) {
  const spaces = process.getuid() === 0 ? ['-n', '-m'] : ['-r', '-n', '-m']
  try {
    execFileSync('unshare', [...spaces, process.execPath, process.argv[1], program, 'inside'], { stdio: 'inherit' })
  } catch (error) {
    process.exit(error.status ?? 1)
  }
  process.exit(0)
}

// An echo here, and a second namespace joined by a veth pair, for the kernel's version.
run('ip link set lo up; mkdir -p /run/netns; mount -t tmpfs none /run/netns; ip netns add far')
run('ip link add here0 type veth peer name there0; ip link set there0 netns far; ip address add 10.79.0.1/24 dev here0; ip link set here0 up')
run('ip -n far address add 10.79.0.2/24 dev there0; ip -n far link set there0 up; ip -n far link set lo up')
const { spawn } = await import('node:child_process')
const echo = spawn(process.execPath, ['-e', `const s=require('dgram').createSocket('udp4');s.on('message',(d,f)=>s.send(d,f.port,f.address));s.bind(9000)`])
process.on('exit', () => echo.kill())

const kernel = () => JSON.parse(run(`HUIBAN_LINE_FAR=10.79.0.1 ip netns exec far ${process.execPath} ${sender} ${program} datagrams`))
const ours = (words) => JSON.parse(run(`${program} ${words} -- ${process.execPath} ${sender} ${program} datagrams`, { stdio: ['ignore', 'pipe', 'ignore'] }))
kernel() // both ends are up

let failed = 0
/** A busy machine sends in lumps, so that a run may differ: one of three that agrees is enough. */
function compare(name, words, tolerances) {
  let wrong = []
  for (let attempt = 0; attempt < 3; attempt++) {
    const a = kernel(), b = ours(words)
    wrong = Object.entries(tolerances).filter(([what, most]) => Math.abs(a[what] - b[what]) > most)
    for (const what of Object.keys(tolerances)) console.log(`${name}, ${what}: kernel ${a[what].toFixed(3)}, ours ${b[what].toFixed(3)}`)
    if (!wrong.length) return console.log(`ok   ${name}`)
  }
  console.log(`FAIL ${name}: ${wrong.map(([what]) => what)}`)
  failed++
}

try {
  run('ip netns exec far nft "add table ip t; add chain ip t c { type filter hook output priority 0; }; add rule ip t c meta l4proto udp numgen random mod 100 < 10 drop"')
} catch {
  console.log('no nft here: skipped')
  process.exit(77)
}
// 400 packets: three standard deviations of the difference are 6.4 points.
compare('loss 10 %', 'up loss=10 seed=11', { back: 0.064 })
run('ip netns exec far nft flush ruleset')
try {
  run('tc -n far qdisc add dev there0 root tbf rate 300kbit burst 1600 latency 400ms')
} catch {
  console.log('no tbf here: skipped')
  process.exit(77)
}
compare('300 kbit/s, 400 ms', 'up rate=300 queue=400', { back: 0.06, most: 100 })
process.exit(failed ? 1 : 0)
