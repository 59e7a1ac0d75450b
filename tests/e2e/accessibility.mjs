// axe-core over the pages of a secretary, a branch, the hall's display and desk, the chair and a unit, in both sizes. Fails on
// what it calls serious or critical; everything it says stands in axe.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kDesktop, kPhone, openChromium } from './lib/browsers.mjs'
import { kPassword, openConsole, openOffice } from './lib/opening.mjs'
import { check, scenario } from './lib/report.mjs'
import { connected, enterRoom, press } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const out = (name) => join(process.env.HUIBAN_OUTPUT, name)
const kAxe = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const said = []
let grave = 0

/** Runs axe on the page in both sizes; what is grave is printed. */
async function judge(name, page, sizes = { desk: kDesktop, phone: kPhone }) {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    await page.waitForTimeout(250) // transitions end; a colour half-way would be judged
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(kAxe)
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
    for (const { id, impact, help, nodes } of violations) {
      said.push({ page: name, size, id, impact, help, nodes: nodes.map((n) => ({ target: n.target.join(' '), html: n.html.slice(0, 200), why: n.failureSummary })) })
      if (impact !== 'serious' && impact !== 'critical') continue
      grave++
      console.log(`  ${name}, ${size}: ${impact} ${id}, ${help}`)
      for (const node of nodes.slice(0, 4)) console.log(`      ${node.html.slice(0, 140)}\n        ${node.failureSummary.split('\n').slice(1).join(' ').slice(0, 220)}`)
    }
    await page.screenshot({ path: out(`${name}-${size}.png`) })
  }
}

await scenario('e2e accessibility', async (cleanUp) => {
  const { server, office, at } = await openOffice(cleanUp)
  const there = (page, test) => until(() => page.$(`[data-testid="${test}"]`), test, 15000)
  const visit = async (page, path, test) => {
    await page.goto(server.url + path)
    if (test) await there(page, test)
    else await until(() => page.$('main'), path)
    await page.waitForTimeout(500) // what it loads after that has come
  }
  const count = async (action) => {
    const before = grave
    await action()
    if (grave > before) throw new Error(`${grave - before} serious or critical`)
  }
  const failed = []
  const part = (name, action) => check(name, () => count(action)).catch(() => failed.push(name))

  const desk = await openConsole(cleanUp, server)
  const { page } = desk
  const branch = await enterRoom(server, '西桥村', { viewport: kPhone }) // a person's own phone: it is asked before it is opened
  cleanUp(branch.close)
  await part('branch: device check and room', async () => {
    await judge('branch-check', branch.page)
    await press(branch.page, 'enter')
    await connected(branch)
    await judge('branch-room', branch.page)
  })
  await part('console, readiness, chair, display', async () => {
    if ((await office.get(at(''))).state === 'convened') await office.post(at('/start'))
    await office.post(at('/agenda/next?from=none'))
    await visit(page, at('/console'), 'console')
    await judge('console', page)
    await visit(page, at('/readiness'), 'call-list')
    await judge('readiness', page)
    await visit(page, at('/chair'))
    await judge('chair', page)
    await visit(page, at('/display'), 'display')
    await judge('display', page)
  })
  await part("branch that is called: the button's words", async () => {
    await office.post(at('/floor/grant'), { venue: (await office.get(at(''))).venues.find((v) => v.name === '西桥村').id })
    await until(async () => (await branch.page.textContent('[data-testid="floor-button"]')).includes('按下发言'), 'called')
    await judge('branch-called', branch.page)
  })
  await branch.close()
  await part('meetings, planning step by step, notice', async () => {
    const planned = (await office.get('/meetings')).find((m) => m.state === 'planned' && m.expected === 262)
    await visit(page, '/meetings', 'meeting-list')
    await judge('meetings', page)
    await visit(page, `/meetings/${planned.id}/plan`, 'plan-page')
    for (const step of ['basics', 'agenda', 'people', 'convene']) {
      await page.setViewportSize(kDesktop)
      await press(page, `step-${step}`)
      await page.waitForTimeout(400)
      await judge(`plan-${step}`, page)
    }
    await visit(page, at('/notice'))
    await judge('notice', page)
  })
  await part('attendance, figures, minutes, tasks, directory', async () => {
    await visit(page, at('/attendance'), 'sheet-tab-people')
    for (const tab of ['overview', 'people', 'leave', 'receipts', 'paper', 'texts']) {
      await page.setViewportSize(kDesktop)
      await press(page, `sheet-tab-${tab}`)
      await judge(`attendance-${tab}`, page)
    }
    for (const path of ['/figures', '/tasks', '/directory', at('/minutes')]) {
      await visit(page, path)
      await page.waitForTimeout(500)
      await judge(path.split('/').pop(), page)
    }
  })
  await part('the desk, and what a unit sees', async () => {
    await visit(page, at('/desk') + '#' + new URL(server.facts.links['主会场']).pathname.split('/').pop(), 'desk-find')
    await judge('desk', page)
    const unit = await openChromium()
    cleanUp(unit.close)
    await unit.page.goto(server.url + '/login')
    await there(unit.page, 'sign-in')
    await judge('login', unit.page)
    await unit.page.fill('[data-testid="account"] input, input[data-testid="account"]', 'dongxi')
    await unit.page.fill('[data-testid="password"] input, input[data-testid="password"]', server.facts.first_passwords.dongxi)
    await press(unit.page, 'sign-in')
    await there(unit.page, 'change-password')
    await judge('first-password', unit.page)
    for (const [field, value] of [['new-password', kPassword], ['new-password-again', kPassword]])
      await unit.page.fill(`[data-testid="${field}"] input, input[data-testid="${field}"]`, value)
    await press(unit.page, 'change-password')
    await there(unit.page, 'fill-receipt')
    await judge('unit', unit.page)
    await press(unit.page, 'fill-receipt')
    await there(unit.page, 'send-receipt')
    await judge('receipt', unit.page)
  })
  writeFileSync(out('axe.json'), JSON.stringify(said, undefined, 1))
  console.log(`  ${said.length} remarks, ${grave} of them serious or critical`)
  if (failed.length) throw new Error(failed.join('; '))
})
