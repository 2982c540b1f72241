import { readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Page as Tab } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest'
import { connect } from './connect.ts'
import type { Page } from './page.ts'
import { startSite } from './site.ts'

declare const page: Page

/** A browser and a site for the tests of a file; for each test another site, where nothing is stored, if it is fresh. */
export function useSite({ fresh = false } = {}) {
  let browser: Browser
  let site: Awaited<ReturnType<typeof startSite>>
  const [before, after] = fresh ? [beforeEach, afterEach] : [beforeAll, afterAll]
  beforeAll(async () => {
    browser = await connect()
  })
  afterAll(() => browser?.close())
  before(async () => {
    site = await startSite(readFileSync(`${inject('built')}/page.js`, 'utf8'))
  })
  after(() => site?.close())
  return {
    get browser() {
      return browser
    },
    get url() {
      return site.url
    },
  }
}

/**
 * The same, with tabs for each test, which store nothing; with no worker registered, if the site is fresh. The first is
 * the same for all tests, since loading the page into it takes half the time that a new one takes.
 */
export function useTabs(options?: { fresh: boolean }) {
  const site = useSite(options)
  let context: BrowserContext
  let isFirstUsed = false
  beforeAll(async () => {
    context = await site.browser.newContext()
  })
  afterAll(() => context?.close())
  afterEach(async () => {
    const [first, ...others] = context.pages()
    first?.removeAllListeners('console')
    isFirstUsed = false
    await Promise.all(others.map((tab) => tab.close()))
  })
  return {
    get browser() {
      return site.browser
    },
    get url() {
      return site.url
    },
    async open(url = site.url): Promise<Tab> {
      const [first] = isFirstUsed ? [] : context.pages()
      const tab = first ?? (await context.newPage())
      isFirstUsed = true
      await tab.goto(url, { waitUntil: 'load' })
      await tab.evaluate(() => sessionStorage.clear())
      return tab
    },
  }
}

/** Calls as the code of the page would. */
export const call = (tab: Tab, url: string, method = 'GET', body?: object) =>
  tab.evaluate(([url, method, body]) => page.call(url, method, body), [url, method, body] as const)
