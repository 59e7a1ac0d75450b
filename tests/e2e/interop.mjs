// Two werift peers between two browsers: one watches the main venue's picture and sound, the other publishes the same
// packets as a branch's encoder, and a browser decodes what came out at the end.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { Api } from './lib/api.mjs'
import { openChromium } from './lib/browsers.mjs'
import { writeCamera, writeTone } from './lib/media_files.mjs'
import { check, scenario } from './lib/report.mjs'
import { HuibanServer } from './lib/server.mjs'
import { until } from './lib/until.mjs'
import { WeriftPeer } from './lib/werift_peer.mjs'

const kGreen = [30, 150, 50]
const kHz = 800

/** In the page: publishes its camera and microphone, or watches. */
function client() {
  window.open_peer = async (url, token, send) => {
    const pc = new RTCPeerConnection()
    if (send) {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
      for (const track of stream.getTracks()) pc.addTransceiver(track, { direction: 'sendonly' })
    } else {
      for (const kind of ['video', 'audio']) pc.addTransceiver(kind, { direction: 'recvonly' })
      pc.ontrack = ({ track }) => {
        const element = document.body.appendChild(document.createElement(track.kind))
        if (track.kind === 'video') element.dataset.slot = 'whep'
        if (track.kind === 'video') element.muted = true
        element.srcObject = new MediaStream([track])
        void element.play()
      }
    }
    await pc.setLocalDescription(await pc.createOffer())
    const answer = await fetch(url, {
      method: 'POST', body: pc.localDescription.sdp,
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
    })
    if (answer.status !== 201) throw new Error(await answer.text())
    await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  }
}

/** Numbers that are missing between the first and the last, counted modulo 65536. */
function missing(sequence) {
  const seen = new Set()
  let high = sequence[0]
  for (const s of sequence) {
    const delta = ((s - (high & 0xffff) + 0x18000) & 0xffff) - 0x8000
    seen.add(high + delta)
    high = Math.max(high, high + delta)
  }
  return high - Math.min(...seen) + 1 - seen.size
}

await scenario('e2e interop', async (cleanUp) => {
  const server = new HuibanServer()
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const meeting = server.facts.demo_meeting
  const at = (path) => `/meetings/${meeting}${path}`
  const here = (url) => url.replace('localhost', '127.0.0.1') // werift keeps node's look-ups of names busy
  const office = new Api(here(server.url))
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, 'Huiban-e2e-2026')
  const { venues } = await office.get(at(''))
  const venue = Object.fromEntries(venues.map((v) => [v.name, v.id]))
  const device = async (name) => {
    const { token, whip_url, whep_url } = await office.post(at(`/venues/${venue[name]}/device-token`))
    return { token, whip_url: here(whip_url), whep_url: here(whep_url) }
  }
  const main = await device('主会场'), relay = await device('西桥村'), watcher = await device('东溪村')

  const camera = join(server.folder, 'camera.y4m'), microphone = join(server.folder, 'tone.wav')
  writeCamera(camera, kGreen)
  writeTone(microphone, kHz)
  const foreign = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>WHIP</title><body>'))
  foreign.listen(0, '127.0.0.1')
  await once(foreign, 'listening')
  cleanUp(() => foreign.close())
  const page = async (options) => {
    const window = await openChromium({ ...options, flags: ['--autoplay-policy=no-user-gesture-required'] })
    cleanUp(window.close)
    await window.page.goto(`http://127.0.0.1:${foreign.address().port}/`)
    await window.page.evaluate(client)
    return window.page
  }
  const open = (where, ...rest) => where.evaluate(([url, token, send]) => window.open_peer(url, token, send), rest)
  const sees = (where) => until(async () => {
    const picture = await where.evaluate(() => window.probe.picture('whep'))
    return picture && picture.frames > 5 && Math.hypot(...picture.rgb.map((c, i) => c - kGreen[i])) < 70
  }, 'the green picture', 15000)
  const sender = await page({ camera, microphone })
  await open(sender, main.whip_url, main.token, true)

  const receiving = new WeriftPeer(), sending = new WeriftPeer()
  await check('werift watches what a browser publishes, and gets a keyframe when it asks', async () => {
    await receiving.watch(relay.whep_url, relay.token)
    await until(() => receiving.received.video.length > 30 && receiving.received.audio.length > 30, 'packets of both kinds', 15000)
    const before = receiving.keyframes
    await receiving.askForKeyframe()
    await until(() => receiving.keyframes > before, 'a keyframe', 5000)
    return `${receiving.received.video.length} and ${receiving.received.audio.length} packets, ${receiving.keyframes} keyframes`
  })
  await check('werift publishes; a browser decodes its picture and hears its sound', async () => {
    receiving.onRtp = (kind, packet) => {
      if (sending.peer.connectionState === 'connected') sending.write(kind, packet.clone())
    }
    await sending.publish(relay.whip_url, relay.token)
    await office.put(at('/stage'), { main: venue['西桥村'], second: null })
    await office.post(at('/floor/grant'), { venue: venue['西桥村'] })
    const pass = setInterval(() => void receiving.askForKeyframe(), 1000) // a relay passes such requests on
    const viewer = await page({})
    await open(viewer, watcher.whep_url, watcher.token, false)
    await sees(viewer)
    await until(async () => (await viewer.evaluate((hz) => window.probe.tones(hz), [kHz])).includes(kHz), 'the tone', 10000)
    clearInterval(pass)

    // Without werift there is nothing to see: it was its picture.
    if ((await sending.leave()) !== 200) throw new Error('DELETE')
    const seen = async () => (await viewer.evaluate(() => window.probe.counters())).videoIn
    await until(async () => {
      const before = await seen()
      await new Promise((resume) => setTimeout(resume, 700))
      return (await seen()) === before
    }, 'the picture to stop', 8000)
    return `asked for a keyframe ${sending.askedForKeyframe} times`
  })
  await check('hardly a packet was lost on the way to werift', async () => {
    const lost = missing(receiving.received.video) + missing(receiving.received.audio)
    // Three programs share two cores: a socket that is not read in time may drop one.
    const all = receiving.received.video.length + receiving.received.audio.length
    if (lost > all / 100) throw new Error(`${lost} of ${all} lost`)
    await receiving.leave()
    return `${receiving.received.video.length} and ${receiving.received.audio.length} packets`
  })
})
