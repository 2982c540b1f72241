import { existsSync } from 'node:fs'
import { type Browser, launch, type Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll } from 'vitest'

const firefoxes = ['/usr/bin/firefox-esr', '/usr/bin/firefox']

/** Nothing but this machine is reached, and no process is started that no page here needs. */
const extraPrefsFirefox = {
  'network.dns.disabled': true,
  'layers.acceleration.disabled': true,
  'media.rdd-process.enabled': false,
  'media.utility-process.enabled': false,
  'network.process.enabled': false,
  'dom.ipc.processPrelaunch.enabled': false,
}

/** Debian's Firefox, driven by WebDriver BiDi, for the tests of a file; resolves to its tab, which stores nothing. */
export function useFirefox() {
  let browser: Browser
  let tab: Page
  beforeAll(async () => {
    const executablePath = firefoxes.find((path) => existsSync(path))
    if (!executablePath) throw new Error(`There is no ${firefoxes.join(' or ')}. Run: apt-get install firefox-esr`)
    browser = await launch({ browser: 'firefox', executablePath, extraPrefsFirefox, timeout: 150_000 })
    tab = await browser.newPage()
  })
  afterEach(() => {
    for (const event of ['pageerror', 'console', 'request'] as const) tab?.removeAllListeners(event)
  })
  afterAll(() => browser?.close())

  /** Opens a page; `faults` are its errors, `asked` the URLs that it requests. */
  return async function open(url: string) {
    const faults: string[] = []
    const asked: string[] = []
    tab.on('pageerror', (error) => faults.push(String(error)))
    tab.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    tab.on('request', (request) => asked.push(request.url()))
    await tab.goto(url, { waitUntil: 'load' })
    await tab.evaluate(() => sessionStorage.clear())
    return { tab, faults, asked }
  }
}
