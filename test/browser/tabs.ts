import { type Browser, type BrowserContext, chromium, type Page as Tab } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { browserOptions } from './chromium.ts'
import type { Page } from './page.ts'
import { startSite } from './site.ts'

declare const page: Page

/** A browser and a site for the tests of a file. */
export function useSite() {
  let browser: Browser
  let site: Awaited<ReturnType<typeof startSite>>
  beforeAll(async () => {
    site = await startSite()
    browser = await chromium.launch(browserOptions)
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    site?.close()
  })
  return {
    get browser() {
      return browser
    },
    get url() {
      return site.url
    },
  }
}

/** The same, with fresh storage for each of the tests. */
export function useTabs() {
  const site = useSite()
  let context: BrowserContext
  beforeEach(async () => {
    context = await site.browser.newContext()
  })
  afterEach(() => context.close())
  return {
    get browser() {
      return site.browser
    },
    get url() {
      return site.url
    },
    async open(url = site.url): Promise<Tab> {
      const tab = await context.newPage()
      await tab.goto(url, { waitUntil: 'load' })
      return tab
    },
  }
}

/** Calls as the code of the page would. */
export const call = (tab: Tab, url: string, method = 'GET', body?: object) =>
  tab.evaluate(([url, method, body]) => page.call(url, method, body), [url, method, body] as const)
