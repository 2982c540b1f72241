import { type Browser, chromium, type Page as Tab } from '@playwright/test'
import { afterAll, beforeAll } from 'vitest'
import { apiUrl } from '../../src/index.ts'
import type { Door } from '../doors/behaviour.ts'
import { browserOptions } from './chromium.ts'
import type { Page } from './page.ts'
import { startSite } from './site.ts'

declare const page: Page

type Options = NonNullable<Parameters<Page['start']>[0]>

/** One page for the tests of a file, and how to work with a mock in it: its calls, and its webhooks, are made by the page. */
export function usePage() {
  let browser: Browser
  let tab: Tab
  let site: Awaited<ReturnType<typeof startSite>>
  beforeAll(async () => {
    site = await startSite()
    browser = await chromium.launch(browserOptions)
    tab = await browser.newPage()
    await tab.goto(site.url, { waitUntil: 'load' })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    site?.close()
  })

  const fetch: Door['fetch'] = async (path, init) => {
    const { status, headers, text } = await tab.evaluate(
      async ([url, init]) => {
        const response = await globalThis.fetch(url, JSON.parse(init))
        return { status: response.status, headers: [...response.headers], text: await response.text() }
      },
      [`${apiUrl}${path}`, JSON.stringify(init ?? {})] as const,
    )
    return new Response(text, { status, headers: headers as [string, string][] })
  }

  /** A mock for the length of some work. */
  return async function inPage<T>(options: Options, work: (door: Door) => Promise<T>): Promise<T> {
    const token = await tab.evaluate(async (options) => {
      await page.start(options)
      return page.token()
    }, options)
    try {
      return await work({ token, fetch, close: () => {} })
    } finally {
      await tab.evaluate(() => page.stop())
    }
  }
}
