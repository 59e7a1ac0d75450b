// A new secretary without instructions: from the first sign-in to a convened meeting of three villages, by the browser only, in
// both languages and sizes. A hand's pace is added to what the pages took; the pictures are kept to be looked at.
import { join } from 'node:path'
import { Api } from './lib/api.mjs'
import { kDesktop, kPhone, openChromium } from './lib/browsers.mjs'
import { check, scenario } from './lib/report.mjs'
import { HuibanServer } from './lib/server.mjs'
import { until } from './lib/until.mjs'

const kPassword = 'Huiban-e2e-2026'
const kClickSeconds = 1.5 // to find the place and press
const kKeySeconds = 0.2
const kKeysPerCharacter = 3 // of Chinese: pinyin and the choice
const kLimitSeconds = 180

class Hand {
  constructor(page) {
    Object.assign(this, { page, clicks: 0, keys: 0 })
  }
  async click(selector) {
    await this.page.locator(selector).first().click({ timeout: 15000 })
    this.clicks++
  }
  press(test) { return this.click(`[data-testid="${test}"]`) }
  /** Clicks into a field and types. */
  async type(selector, text) {
    await this.click(selector)
    await this.page.locator(selector).first().fill(text)
    for (const c of text) this.keys += c > '\u2e80' ? kKeysPerCharacter : 1
  }
  async enter() {
    await this.page.keyboard.press('Enter')
    this.keys++
  }
  get seconds() { return this.clicks * kClickSeconds + this.keys * kKeySeconds }
}
const field = (test) => `[data-testid="${test}"] input, [data-testid="${test}"] textarea, input[data-testid="${test}"], textarea[data-testid="${test}"]`

await scenario('e2e newcomer', async (cleanUp) => {
  const server = new HuibanServer()
  cleanUp(() => server.cleanUp())
  cleanUp(() => server.stop())
  await server.start()
  const admin = new Api(server.url)
  await admin.signInFirst('admin', server.facts.first_passwords.admin, kPassword)
  const office = new Api(server.url)
  await office.signInFirst('mishu', server.facts.first_passwords.mishu, kPassword)
  const runs = [['zh', 'desk', kDesktop], ['zh', 'phone', kPhone], ['en', 'desk', kDesktop], ['en', 'phone', kPhone]]
  for (const [language, size, viewport] of runs) {
    const account = `xin${language}${size}`
    const { first_password } = await admin.post('/accounts', { name: account, label: '新来的秘书', role: 'secretary' })
    const window = await openChromium({ viewport })
    const { page } = window
    const hand = new Hand(page)
    let shots = 0
    const shoot = async (name) => {
      await page.waitForTimeout(350) // what moves has come to rest
      await page.screenshot({ path: join(process.env.HUIBAN_OUTPUT, `${language}-${size}-${String(++shots).padStart(2, '0')}-${name}.png`) })
    }
    await check(`${language}, ${size}: first sign-in to a convened meeting`, async () => {
      const begin = Date.now()
      await page.goto(server.url)
      await until(() => page.$('[data-testid="sign-in"]'), 'sign-in page')
      if (language === 'en') await hand.press('language')
      await shoot('login')
      await hand.type(field('account'), account)
      await hand.type(field('password'), first_password)
      await hand.press('sign-in')
      await hand.type(field('new-password'), kPassword)
      await shoot('first-password')
      await hand.type(field('new-password-again'), kPassword)
      await hand.press('change-password')
      await until(() => page.$('[data-testid="meeting-list"]'), 'meetings')
      await shoot('meetings')
      await hand.press('new-meeting')
      await hand.type(field('plan-title'), '三村防汛工作会议')
      await hand.type('.el-date-editor--time input', '15:00')
      await hand.enter()
      await shoot('basics')
      await hand.press('next-step')
      await hand.press('add-item')
      await hand.press('add-speaker-0')
      await hand.type('[data-testid="pick-search"]', '镇长')
      await shoot('pick-speaker')
      await hand.enter()
      await shoot('agenda')
      await hand.press('next-step')
      await shoot('people-empty')
      await hand.press('add-rule-branch')
      for (const unit of ['dxc', 'xqc', 'ntc']) {
        await hand.press('rule-add-unit')
        await hand.type('[data-testid="pick-search"]', unit)
        await hand.enter()
      }
      await hand.click('[data-testid="rule-dialog"] button:text-is("行政负责人")')
      await hand.click('[data-testid="rule-dialog"] button:text-is("防汛干部")')
      await shoot('rule')
      await hand.press('take-rule')
      await until(async () => (await page.textContent('[data-testid="total-branch"]')).includes('6'), 'six people')
      await shoot('people')
      await hand.press('next-step')
      await shoot('convene')
      await hand.press('convene')
      await until(() => page.$('.el-message-box__btns'), 'question')
      await shoot('convene-question')
      await hand.click('.el-message-box__btns .el-button--primary')
      await until(() => page.$('[data-testid="join-link-branch"]'), 'links')
      await shoot('convened')
      const machine = (Date.now() - begin) / 1000 - shots * 0.5
      const made = (await office.get('/meetings')).find((m) => m.title === '三村防汛工作会议' && m.state === 'convened')
      const meeting = await office.get(`/meetings/${made.id}`)
      const rooms = meeting.venues.filter((v) => v.kind === 'branch').map((v) => v.name)
      if (rooms.join() !== '东溪村,西桥村,南塘村') throw new Error(rooms.join())
      const sum = hand.seconds + machine
      if (sum > kLimitSeconds) throw new Error(`${sum} s`)
      return `${hand.clicks} clicks, ${hand.keys} keys: ${hand.seconds.toFixed(0)} s by hand + ${machine.toFixed(0)} s of pages = ${sum.toFixed(0)} s`
    })
    await window.close()
    for (const m of (await office.get('/meetings')).filter((x) => x.title === '三村防汛工作会议' && x.state === 'convened'))
      await office.post(`/meetings/${m.id}/cancel`, { reason: '演练' })
  }
})
