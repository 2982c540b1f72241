import type { BrowserContext, Page as Tab } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import { apiUrl } from '../../src/index.ts'
import { suite } from '../doors/suite/index.ts'
import { useWitness } from '../evidence/coverage.ts'
import type { Page } from './page.ts'
import { call, useTabs } from './tabs.ts'

declare const page: Page

const note = useWitness('test/browser/worker.test.ts')
const tabs = useTabs()
const openTab = () => tabs.open()

const listOf = (name: 'users' | 'sessions' | 'sources' | 'keys') => ({
  data: defaultFixture[name],
  has_more: false,
  total_count: defaultFixture[name].length,
  url: `/${name}`,
})

describe('A page', () => {
  test.each(['users', 'sources', 'sessions', 'keys'] as const)('shows the /%s that it fetched', async (name) => {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    await tab.evaluate((name) => page.show(name), name)
    expect(JSON.parse((await tab.textContent(`#${name}`)) ?? '')).toEqual(listOf(name))
  })

  test('is answered by fetch and by XMLHttpRequest, with the same bytes', async () => {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    const url = `${apiUrl}/users`
    expect(await tab.evaluate((url) => page.request(url), url)).toEqual(await call(tab, url))
  })

  test('is answered at /_mock', async () => {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    expect((await call(tab, `${apiUrl}/_mock/health`)).status).toBe(200)
    expect(JSON.parse((await call(tab, `${apiUrl}/_mock/scenario`)).text).scenario).toBe('default')
  })

  test('needs no preflight, since nothing leaves it', async () => {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    expect((await call(tab, `${apiUrl}/users`, 'POST', { identifier: 'new@example.com' })).status).toBe(201)
  })

  test('reaches the network before the worker is started', async () => {
    const tab = await openTab()
    expect((await call(tab, `${tabs.url}/users`)).text).toBe('from the network')
  })

  test('is answered at a base URL of its own', async () => {
    const tab = await openTab()
    await tab.evaluate((baseUrl) => page.start({ baseUrl }), tabs.url)
    expect((await call(tab, `${tabs.url}/users/1`)).text).toBe(JSON.stringify(defaultFixture.users[2]))
  })

  test('reaches the network again once the worker is stopped', async () => {
    const tab = await openTab()
    await tab.evaluate((baseUrl) => page.start({ baseUrl }), tabs.url)
    await tab.evaluate(() => page.stop())
    expect((await call(tab, `${tabs.url}/users/1`)).text).toBe('from the network')
  })

  test('reaches other hosts while the worker is started', async () => {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    expect((await call(tab, `${tabs.url}/users`)).text).toBe('from the network')
  })

  test('begins again after a reset', async () => {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    await call(tab, `${apiUrl}/users`, 'POST', { identifier: 'gone@example.com' })
    await tab.evaluate(() => page.reset())
    expect((await call(tab, `${apiUrl}/users/4`)).status).toBe(404)
  })

  test('begins again when it is loaded again', async () => {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    await call(tab, `${apiUrl}/users`, 'POST', { identifier: 'gone@example.com' })
    await tab.reload()
    await tab.evaluate(() => page.start())
    expect((await call(tab, `${apiUrl}/users/4`)).status).toBe(404)
  })

  test('reports nothing to the console', async () => {
    const tab = await openTab()
    const said: string[] = []
    tab.on('console', (message) => said.push(message.text()))
    await tab.evaluate(() => page.start())
    await call(tab, `${apiUrl}/users`)
    expect(said).toEqual([])
  })
})

describe('Two pages', () => {
  async function openStarted(): Promise<Tab> {
    const tab = await openTab()
    await tab.evaluate(() => page.start())
    return tab
  }
  // One after the other: msw loads a page again that was opened before the worker was registered.
  const openTwo = async (): Promise<[Tab, Tab]> => [await openStarted(), await openStarted()]

  test('are two worlds: a user of one is unknown to the other', async () => {
    const [one, other] = await openTwo()
    await call(one, `${apiUrl}/users`, 'POST', { identifier: 'mine@example.com' })
    expect([(await call(one, `${apiUrl}/users/4`)).status, (await call(other, `${apiUrl}/users/4`)).status]).toEqual([
      200, 404,
    ])
  })

  test('have two clocks', async () => {
    const [one, other] = await openTwo()
    await call(one, `${apiUrl}/_mock/clock`, 'POST', { advance: '6h' })
    expect(JSON.parse((await call(other, `${apiUrl}/_mock/clock`)).text).now).toBe('2020-02-20T12:00:00.000000Z')
  })

  test('end their interception each for itself', async () => {
    const [one, other] = await openTwo()
    await one.evaluate(() => page.stop())
    expect((await call(other, `${apiUrl}/users`)).status).toBe(200)
  })
})

describe('In a page', () => {
  let tab: Tab
  let shared: BrowserContext
  beforeAll(async () => {
    shared = await tabs.browser.newContext()
    tab = await shared.newPage()
    await tab.goto(tabs.url, { waitUntil: 'load' })
  })
  afterAll(() => shared?.close())

  const possible = suite.filter(({ userAgent }) => !userAgent)
  test.each(possible.map(({ title }) => title))('%s', async (title) => {
    const { seen, wrong } = await tab.evaluate((title) => page.behave(title), title)
    expect(wrong).toBeUndefined()
    note('browser', seen)
  })
})
