// A task by browser, from its draft to the archive, by the four who work on it; the board, the wall, figures and a photo by
// code; at desk and phone size.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Api } from './lib/api.mjs'
import { kPhone, openChromium } from './lib/browsers.mjs'
import { check, scenario } from './lib/report.mjs'
import { kPassword, openOffice } from './lib/opening.mjs'
import { press } from './lib/venues.mjs'
import { until } from './lib/until.mjs'

const out = (name) => join(process.env.HUIBAN_OUTPUT, name)
const kDesk = { width: 1440, height: 900 }
const kPng = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

await scenario('e2e tasks', async (cleanUp) => {
  const { server, office, venues } = await openOffice(cleanUp)
  for (const name of ['shenhe', 'dongxi', 'dongxitou']) await new Api(server.url).signInFirst(name, server.facts.first_passwords[name], kPassword)
  const photo = out('photo.png')
  writeFileSync(photo, kPng)
  const chromium = await openChromium({ viewport: kDesk })
  cleanUp(chromium.close)
  const { page } = chromium
  const both = async (name) => {
    for (const [size, view] of [['phone', kPhone], ['desk', kDesk]]) {
      await page.setViewportSize(view)
      await page.waitForTimeout(300)
      await page.screenshot({ path: out(`${name}-${size}.png`) })
    }
  }
  const sign_in = async (account) => {
    await page.context().clearCookies()
    await page.goto(server.url + '/login')
    await page.fill('[data-testid="account"] input, input[data-testid="account"]', account)
    await page.fill('[data-testid="password"] input, input[data-testid="password"]', kPassword)
    await press(page, 'sign-in')
    await until(() => page.$('[data-testid="nav-tasks"], [data-testid="unit-page"]'), 'signed in')
  }
  const act = async (name, fields = {}) => {
    await press(page, `act-${name}`)
    await until(() => page.$('[data-testid="act-dialog"]'), 'dialog')
    for (const [field, value] of Object.entries(fields)) await page.fill(`[data-testid="act-${field}"]`, value)
    await press(page, 'act-go')
    await until(() => page.$('[data-testid="act-dialog"]').then((x) => !x || x.isVisible().then((v) => !v)), `${name} is done`)
  }
  let task
  const state = async () => (await office.get(`/tasks/${task.id}`)).state
  const reaches = (wanted) => until(async () => (await state()) === wanted, wanted)
  const unit = venues.find((v) => v.name === '东溪村').units[0]

  await check('the secretary writes a draft and submits it', async () => {
    await sign_in('mishu')
    await page.goto(server.url + '/tasks')
    await press(page, 'new-task')
    await page.fill('[data-testid="form-title"]', '防汛自查，薄弱点整改到位')
    await both('form')
    await page.keyboard.press('Escape')
    task = await office.post('/tasks', { title: '防汛自查，薄弱点整改到位', lead_unit: unit, contact: '防汛干部', due: '2030-06-05', evidence: '整改前后照片', campaign: '防汛专项' })
    await page.goto(`${server.url}/tasks/${task.id}`)
    await act('submit')
    await reaches('review')
  })

  await check('the approver issues it', async () => {
    await sign_in('shenhe')
    await page.goto(`${server.url}/tasks/${task.id}`)
    await act('issue')
    await reaches('issued')
  })

  await check('the liaison signs for it and reports with a photo, on a phone', async () => {
    await page.setViewportSize(kPhone)
    await sign_in('dongxi')
    await page.screenshot({ path: out('unit-to-sign-phone.png') })
    await act('sign', { person: '防汛干部' })
    await reaches('in_progress')
    await page.goto(`${server.url}/tasks/${task.id}`)
    await press(page, 'act-report')
    await page.fill('[data-testid="act-text"]', '已查 12 处，整改 10 处')
    await page.fill('[data-testid="act-percent"]', '80')
    await page.setInputFiles('[data-testid="act-files"]', photo)
    await both('report-dialog')
    await press(page, 'act-go')
    await until(async () => (await office.get(`/tasks/${task.id}`)).files.length === 1, 'report with its photo')
  })

  await check('a phone without an account sends one photo by the code', async () => {
    const { url } = await office.get(`/tasks/${task.id}/photo-code`)
    await page.context().clearCookies()
    await page.goto(server.url + '/p/' + url.split('/').pop())
    await page.setInputFiles('[data-testid="photo-file"]', photo)
    await page.fill('[data-testid="photo-text"]', '涵洞已清理')
    await both('photo')
    await press(page, 'photo-send')
    await until(async () => (await office.get(`/tasks/${task.id}`)).offers.length === 1, 'photo')
  })

  await check('its head asks to finish, the approver finishes and takes it back once', async () => {
    await sign_in('dongxitou')
    await page.goto(`${server.url}/tasks/${task.id}`)
    await act('ask_finish', { text: '12 处全部整改' })
    await reaches('finish_asked')
    await sign_in('shenhe')
    await page.goto(`${server.url}/tasks/${task.id}`)
    await act('finish')
    await reaches('finished')
    await press(page, 'undo-act')
    await reaches('finish_asked')
    await until(() => page.$('[data-testid="act-finish"]'), 'finish again')
    await act('finish')
    await reaches('finished')
  })

  await check('the secretary checks back, strikes off and archives', async () => {
    await sign_in('mishu')
    await page.goto(`${server.url}/tasks/${task.id}`)
    await act('check_back', { text: '现场属实', person: '督办员' })
    await act('strike_off')
    await reaches('struck_off')
    await act('archive', { number: '会议纪要〔2020〕3号' })
    await reaches('archived')
    await both('task')
  })

  await check('a task for every village: wall, board, figures, bulletin', async () => {
    const parent = await office.post('/tasks', { title: '网格员调整到位', fan_out: '各村居', due: '2030-06-10', evidence: '名单' })
    await office.post(`/tasks/${parent.id}/issue`, { channel: '签批' })
    const soon = await office.post('/tasks', { title: '值守表上报', lead_unit: unit, contact: '主任', due_rule: { days: 1, working: true }, evidence: '值守表' })
    await office.post(`/tasks/${soon.id}/acts`, { act: 'issue', channel: '签批' })
    await office.post('/tasks', { title: '河道巡查', lead_unit: unit, contact: '河道专管员' })
    await page.goto(server.url + '/tasks')
    await until(() => page.$('[data-testid="task-list"]'), 'board')
    await both('board')
    await page.goto(server.url + '/tasks/wall')
    await until(() => page.evaluate(() => document.querySelectorAll('.wall tbody tr').length > 20), 'wall')
    await both('wall')
    await page.pdf({ path: out('wall.pdf'), preferCSSPageSize: true })
    await page.goto(`${server.url}/tasks/${parent.id}`)
    await until(() => page.$('[data-testid="task-children"]'), 'children')
    await both('parent')
    await page.goto(server.url + '/tasks/figures')
    await until(() => page.$('.sums'), 'figures')
    await both('figures')
    await press(page, 'sup-tab-bulletin')
    await both('bulletin')
    await press(page, 'sup-tab-merits')
    await both('merits')
    await sign_in('dongxi')
    await until(() => page.$('[data-testid="unit-page"]'), 'unit page')
    await both('unit')
  })
})
