// Chromium by playwright-core (one process per sender: its camera and microphone files hold for a process),
// Firefox by puppeteer-core over BiDi (canvas and WebAudio instead of files).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import puppeteer from 'puppeteer-core'
import { pageProbe, firefoxDevices } from './probe_scripts.mjs'

const kChromiumFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--allow-loopback-in-peer-connection',
  '--use-fake-device-for-media-stream',
]
// Without it the context's permissions answer for camera and microphone, and a tab can be captured for real.
const kFakeQuestions = '--use-fake-ui-for-media-stream'
export const kDesktop = { width: 1440, height: 900 }
export const kPhone = { width: 390, height: 844 }

/** A Chromium with its own camera and microphone files (or none: a page that only receives). sharesTab: the title of the
 * tab that it shares when a page asks for a screen. */
export async function openChromium({ camera, microphone, viewport = kDesktop, locale = 'zh-CN',
  executable = '/usr/bin/chromium', flags = [], probe = pageProbe, sharesTab } = {}) {
  const browser = await chromium.launch({
    executablePath: executable,
    headless: true,
    args: [
      ...kChromiumFlags,
      sharesTab ? `--auto-select-tab-capture-source-by-title=${sharesTab}` : kFakeQuestions,
      ...flags,
      ...(camera ? [`--use-file-for-fake-video-capture=${camera}`] : []),
      ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : []),
    ],
  })
  const context = await browser.newContext({ viewport, locale, ignoreHTTPSErrors: true, permissions: ['camera', 'microphone'] })
  await context.addInitScript(probe)
  const page = await context.newPage()
  page.on('pageerror', (error) => console.log(`  page error: ${error.message}`))
  return { browser, context, page, close: () => browser.close() }
}

/** A Firefox whose getUserMedia gives a coloured canvas and a tone. */
export async function openFirefox({ colour, hz, viewport = kDesktop }) {
  const profile = mkdtempSync(join(tmpdir(), 'huiban-firefox-'))
  const browser = await puppeteer.launch({
    browser: 'firefox',
    protocolTimeout: 20000,
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    userDataDir: profile,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.cubeb.force_mock_context': true, // WebAudio stands still on a machine without a sound card
      'intl.accept_languages': 'zh-CN',
      'app.update.enabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  })
  const page = await browser.newPage()
  await page.setViewport(viewport)
  await page.evaluateOnNewDocument(pageProbe)
  await page.evaluateOnNewDocument(firefoxDevices, colour, hz)
  const close = async () => {
    await browser.close()
    rmSync(profile, { recursive: true, force: true })
  }
  return { browser, page, close }
}
