import { readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Page as Tab } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest'
import { connect } from './connect.ts'
import type { Page } from './page.ts'
import { startSite } from './site.ts'

declare const page: Page

/** A browser and a site for the tests of a file. */
export function useSite() {
  let browser: Browser
  let site: Awaited<ReturnType<typeof startSite>>
  beforeAll(async () => {
    site = await startSite(readFileSync(`${inject('built')}/page.js`, 'utf8'))
    browser = await connect()
  })
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

/** The same, with tabs that are closed after each test; with fresh storage, and no worker registered, if wanted. */
export function useTabs({ fresh = false } = {}) {
  const site = useSite()
  let context: BrowserContext
  const [before, after] = fresh ? [beforeEach, afterEach] : [beforeAll, afterAll]
  before(async () => {
    context = await site.browser.newContext()
  })
  after(() => context?.close())
  afterEach(() => Promise.all(context.pages().map((tab) => tab.close())))
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
