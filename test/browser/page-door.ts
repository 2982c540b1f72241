import type { Page as Tab } from '@playwright/test'
import { beforeAll } from 'vitest'
import { apiUrl } from '../../src/index.ts'
import type { Door } from '../doors/behaviour.ts'
import type { Page } from './page.ts'
import { useSite } from './tabs.ts'

declare const page: Page

type Options = NonNullable<Parameters<Page['start']>[0]>

/** One page for the tests of a file, and how to work with a mock in it: its calls, and its webhooks, are made by the page. */
export function usePage() {
  const site = useSite()
  let tab: Tab
  beforeAll(async () => {
    tab = await site.browser.newPage()
    await tab.goto(site.url, { waitUntil: 'load' })
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
