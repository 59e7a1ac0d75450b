// The demo meeting's rooms as browsers: colour and pitch of each, joining, and what a page shows and hears.
import { join } from 'node:path'
import { openChromium, openFirefox } from './browsers.mjs'
import { writeBusyCamera, writeCamera, writeTone } from './media_files.mjs'
import { chromaOf } from './stage_probe.mjs'
import { until } from './until.mjs'

export const kRooms = {
  主会场: { colour: [200, 40, 40], hz: 500 },
  东溪村: { colour: [30, 150, 50], hz: 800 },
  西桥村: { colour: [40, 60, 200], hz: 1100 },
  新苑居民区: { colour: [220, 200, 40], hz: 1400 },
}
export const kTones = Object.values(kRooms).map((room) => room.hz)

/** Opens a room's join link in a browser of its own and enters; browser: what openChromium takes beside the
 * devices; devices: the room whose colour and pitch they have, another one for a second device of a room; busy: the
 * height of a camera in that colour that needs its bit rate, instead of a small still one. */
export async function enterRoom(server, name, { firefox = false, viewport, link = server.facts.links[name], browser = {}, devices = name, busy = 0 } = {}) {
  const { colour, hz } = kRooms[devices]
  let window
  if (firefox) {
    window = await openFirefox({ colour, hz, viewport })
  } else {
    const camera = join(server.folder, `${hz}.y4m`), microphone = join(server.folder, `${hz}.wav`)
    if (busy) writeBusyCamera(camera, busy, chromaOf(colour).map(Math.round))
    else writeCamera(camera, colour)
    writeTone(microphone, hz)
    window = await openChromium({ camera, microphone, viewport, ...browser })
  }
  const room = { name, ...window }
  await room.page.goto(link)
  await until(() => room.page.$('[data-testid="enter"]'), `${name}: device check`)
  return room
}

export async function press(page, test) {
  await until(() => page.$(`[data-testid="${test}"]`), `button ${test}`)
  await page.click(`[data-testid="${test}"]`)
}

export async function connected(room, timeout = 15000) {
  await until(() => room.page.evaluate(() => window.probe.connected() > 0), `${room.name} connected`, timeout)
}

function nearest(rgb) {
  let best = ['none', Infinity]
  for (const [name, { colour }] of Object.entries(kRooms)) {
    const distance = Math.hypot(...colour.map((c, i) => c - rgb[i]))
    if (distance < best[1]) best = [name, distance]
  }
  return best[1] < 70 ? best[0] : `unknown ${rgb}`
}

/** Waits until a slot shows the room's colour in a moving picture; returns how long it took. */
export async function shows(room, slot, name, timeout = 10000) {
  const begin = Date.now()
  let first
  await until(async () => {
    const picture = await room.page.evaluate((s) => window.probe.picture(s), slot)
    if (!picture || nearest(picture.rgb) !== name) throw new Error(picture ? nearest(picture.rgb) : 'no picture')
    if (first === undefined || picture.frames < first) first = picture.frames // a new connection counts from 0
    return picture.frames > first + 2
  }, `${room.name} sees ${name} in ${slot}`, timeout)
  return Date.now() - begin
}

/** Waits until the page hears exactly these rooms. */
export async function hears(room, names, timeout = 8000) {
  const wanted = names.map((name) => kRooms[name].hz).sort((a, b) => a - b)
  await until(async () => {
    const heard = await room.page.evaluate((hz) => window.probe.tones(hz), kTones)
    if (JSON.stringify(heard) !== JSON.stringify(wanted))
      throw new Error(`hears ${heard}, audio ${await room.page.evaluate(() => window.probe.audioState)}`)
    return true
  }, `${room.name} hears ${wanted}`, timeout)
}
