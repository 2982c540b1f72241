import { beforeAll } from 'vitest'
import { apiUrl } from '../../src/index.ts'
import type { Door } from '../doors/behaviour.ts'
import type { Page } from './page.ts'
import { useSite } from './tabs.ts'

declare const page: Page

type Options = NonNullable<Parameters<Page['start']>[0]>

type Call = readonly [url: string, init: string]

interface Answer {
  readonly status: number
  readonly headers: [string, string][]
  readonly text: string
}

/** A tab of Playwright's or of Puppeteer's. */
interface Tab {
  evaluate(work: (call: Call) => Promise<Answer>, call: Call): Promise<Answer>
  evaluate(work: (options: Options) => Promise<string>, options: Options): Promise<string>
}

/** A mock in a page for the length of some work; its calls, and its webhooks, are made by the page. */
export async function workInPage<T>(tab: Tab, options: Options, work: (door: Door) => Promise<T>): Promise<T> {
  const fetch: Door['fetch'] = async (path, init) => {
    const { status, headers, text } = await tab.evaluate(
      async ([url, init]: Call): Promise<Answer> => {
        const response = await globalThis.fetch(url, JSON.parse(init))
        return { status: response.status, headers: [...response.headers], text: await response.text() }
      },
      [`${apiUrl}${path}`, JSON.stringify(init ?? {})],
    )
    return new Response(text, { status, headers })
  }
  const token = await tab.evaluate(async (options: Options) => {
    await page.start(options)
    return page.token()
  }, options)
  try {
    return await work({ token, fetch, close: () => {} })
  } finally {
    await tab.evaluate(async () => {
      page.stop()
      return ''
    }, options)
  }
}

/** One page for the tests of a file, and how to work with a mock in it. */
export function usePage() {
  const site = useSite()
  let tab: Awaited<ReturnType<typeof site.browser.newPage>>
  beforeAll(async () => {
    tab = await site.browser.newPage()
    await tab.goto(site.url, { waitUntil: 'load' })
  })
  return <T>(options: Options, work: (door: Door) => Promise<T>): Promise<T> => workInPage(tab, options, work)
}
