// What scenarios on the demo meeting begin with: a server, the secretary over the API, the secretary's console in a browser.
import { Api } from './api.mjs'
import { openChromium } from './browsers.mjs'
import { HuibanServer } from './server.mjs'
import { press } from './venues.mjs'
import { until } from './until.mjs'

export const kPassword = 'Huiban-e2e-2026' // of every account, once its first one is changed

/** A running server and its secretary; options: what HuibanServer takes; at: a path of the demo meeting. */
export async function openOffice(cleanUp, options) {
  const server = new HuibanServer(options)
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const at = (path) => `/meetings/${server.facts.demo_meeting}${path}`
  const office = new Api(server.url)
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, kPassword)
  const { venues, plan } = await office.get(at(''))
  const types = async () => (await office.get(at('/journal'))).map((e) => e.type)
  return { server, office, at, venues, plan, types }
}

/** The console of the demo meeting, signed in; its media may not be connected yet. */
export async function openConsole(cleanUp, server) {
  const desk = await openChromium()
  cleanUp(desk.close)
  desk.name = '秘书控制台'
  await desk.page.goto(server.url + '/login')
  await desk.page.fill('[data-testid="account"] input, input[data-testid="account"]', 'mishu')
  await desk.page.fill('[data-testid="password"] input, input[data-testid="password"]', kPassword)
  await press(desk.page, 'sign-in')
  await until(() => desk.page.$('[data-testid="meeting-list"]'), 'list of meetings')
  await desk.page.goto(`${server.url}/meetings/${server.facts.demo_meeting}/console`)
  return desk
}
