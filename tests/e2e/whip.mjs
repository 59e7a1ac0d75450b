// Other software: a WHIP client publishes as a venue's source, a WHEP client watches the stage, each with nothing but a
// bearer token (RFC 9725: POST, Location, PATCH, DELETE), from a page of another origin.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { check, scenario } from './lib/report.mjs'
import { Api } from './lib/api.mjs'
import { openChromium } from './lib/browsers.mjs'
import { HuibanServer } from './lib/server.mjs'
import { until } from './lib/until.mjs'

/** In the page: a plain WHIP/WHEP client; nothing of Huiban's own pages. */
function client() {
  window.whip = async (url, token, tracks) => {
    const pc = new RTCPeerConnection()
    for (const track of tracks ?? []) pc.addTransceiver(track, { direction: 'sendonly' })
    if (!tracks) {
      pc.addTransceiver('video', { direction: 'recvonly' })
      pc.addTransceiver('audio', { direction: 'recvonly' })
      const video = document.body.appendChild(document.createElement('video'))
      video.dataset.slot = 'whep'
      video.muted = true
      pc.ontrack = ({ track }) => {
        if (track.kind !== 'video') return
        video.srcObject = new MediaStream([track])
        void video.play()
      }
    }
    await pc.setLocalDescription(await pc.createOffer())
    const answer = await fetch(url, {
      method: 'POST', body: pc.localDescription.sdp,
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
    })
    if (answer.status !== 201) return { status: answer.status, problem: await answer.json() }
    await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
    window.whipConnection = pc
    window.whipLocation = new URL(answer.headers.get('Location'), url).href
    return { status: 201, type: answer.headers.get('Content-Type'), etag: answer.headers.get('ETag') }
  }
  window.coloured = () => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 180
    const pen = canvas.getContext('2d')
    let x = 0
    setInterval(() => {
      pen.fillStyle = 'rgb(200,40,40)'
      pen.fillRect(0, 0, 320, 180)
      pen.fillStyle = 'white'
      pen.fillRect((x += 8) % 296, 156, 24, 24)
    }, 66)
    return canvas.captureStream(15).getVideoTracks()
  }
  window.closeWhip = async (token) => {
    const headers = { Authorization: `Bearer ${token}` }
    const first = await fetch(window.whipLocation, { method: 'DELETE', headers })
    window.whipConnection.close()
    const again = await fetch(window.whipLocation, { method: 'DELETE', headers })
    return [first.status, again.status]
  }
}

await scenario('e2e whip', async (cleanUp) => {
  const server = new HuibanServer()
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const meeting = server.facts.demo_meeting
  const office = new Api(server.url)
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, 'Huiban-e2e-2026')
  const { venues } = await office.get(`/meetings/${meeting}`)
  const main = venues.find((v) => v.kind === 'main').id
  const branch = venues.find((v) => v.kind === 'branch').id
  const encoder = await office.post(`/meetings/${meeting}/venues/${main}/device-token`)
  const viewer = await office.post(`/meetings/${meeting}/venues/${branch}/device-token`)

  // A page of somebody else's, on a port of its own.
  const foreign = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>WHIP</title><body>'))
  foreign.listen(0, '127.0.0.1')
  await once(foreign, 'listening')
  cleanUp(() => foreign.close())
  const page = async () => {
    const window = await openChromium()
    cleanUp(window.close)
    await window.page.goto(`http://127.0.0.1:${foreign.address().port}/`)
    await window.page.evaluate(client)
    return window.page
  }
  const sender = await page(), receiver = await page()

  await check('a WHIP client publishes with a bearer token', async () => {
    const answer = await sender.evaluate(({ url, token }) => window.whip(url, token, window.coloured()), { url: encoder.whip_url, token: encoder.token })
    if (answer.status !== 201 || answer.type !== 'application/sdp' || !answer.etag) throw new Error(JSON.stringify(answer))
    await until(() => sender.evaluate(() => window.whipConnection.connectionState === 'connected'), 'connected')
  })
  await check('a WHEP client watches the stage', async () => {
    const answer = await receiver.evaluate(({ url, token }) => window.whip(url, token), { url: viewer.whep_url, token: viewer.token })
    if (answer.status !== 201) throw new Error(JSON.stringify(answer))
    await until(async () => {
      const picture = await receiver.evaluate(() => window.probe.picture('whep'))
      return picture && picture.frames > 5 && Math.hypot(picture.rgb[0] - 200, picture.rgb[1] - 40, picture.rgb[2] - 40) < 70
    }, 'the red picture')
  })
  await check('a wrong token, a foreign token and a broken offer are refused', async () => {
    const status = (url, token, sdp) => receiver.evaluate(async ([u, t, s]) => (await fetch(u, {
      method: 'POST', body: s, headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${t}` } })).status, [url, token, sdp])
    if ((await status(encoder.whip_url, 'nonsense', 'v=0')) !== 401) throw new Error('wrong token')
    if ((await status(encoder.whip_url, encoder.token, 'no sdp at all')) !== 400) throw new Error('broken offer')
    const elsewhere = encoder.whip_url.replace(meeting, crypto.randomUUID())
    if (![403, 404].includes(await status(elsewhere, encoder.token, 'v=0'))) throw new Error('foreign meeting')
  })
  await check('DELETE leaves; a second one finds nothing', async () => {
    const left = await sender.evaluate((token) => window.closeWhip(token), encoder.token)
    if (JSON.stringify(left) !== '[200,404]') throw new Error(String(left))
  })
})
