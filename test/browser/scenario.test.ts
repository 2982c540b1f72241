import { type Browser, chromium, type Page as Tab } from '@playwright/test'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { ScenarioName } from '../../scenarios/index.ts'
import { apiUrl } from '../../src/index.ts'
import type { Door } from '../doors/behaviour.ts'
import type { Play } from '../scenario/built-in/play.ts'
import { rotationGracePlays } from '../scenario/built-in/rotation-grace-plays.ts'
import { serviceExpiryPlays } from '../scenario/built-in/service-expiry-plays.ts'
import { twoFactorPlays } from '../scenario/built-in/two-factor-plays.ts'
import { browserOptions } from './chromium.ts'
import type { Page } from './page.ts'
import { startSite } from './site.ts'

declare const page: Page

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

/** A scenario in the page, with the clock that it has itself; its calls are made by the page. */
async function open(scenario: ScenarioName): Promise<Door> {
  const token = await tab.evaluate(async (scenario) => {
    await page.start({ scenario, clock: undefined })
    return page.token()
  }, scenario)
  return {
    token,
    fetch: async (path, init) => {
      const { status, headers, text } = await tab.evaluate(
        async ([url, init]) => {
          const response = await fetch(url, JSON.parse(init))
          return { status: response.status, headers: [...response.headers], text: await response.text() }
        },
        [`${apiUrl}${path}`, JSON.stringify(init ?? {})] as const,
      )
      return new Response(text, { status, headers: headers as [string, string][] })
    },
    close: () => tab.evaluate(() => page.stop()),
  }
}

const played: Partial<Record<ScenarioName, Readonly<Record<string, Play>>>> = {
  'two-factor': twoFactorPlays,
  'service-expiry': serviceExpiryPlays,
  'rotation-grace': rotationGracePlays,
}

describe.each(Object.entries(played) as [ScenarioName, Record<string, Play>][])(
  'The scenario %s in a page',
  (name, plays) => {
    it.each(Object.entries(plays))('%s', async (_, play) => {
      const door = await open(name)
      try {
        await play(door)
      } finally {
        await door.close()
      }
    })
  },
)
