import type { Page as Tab } from '@playwright/test'
import { describe, expect, test } from 'vitest'
import type { RicloudWorkerOptions } from '../../src/browser.ts'
import { apiUrl } from '../../src/index.ts'
import { fillStorage } from './fill-storage.ts'
import type { Page } from './page.ts'
import { call, useTabs } from './tabs.ts'

declare const page: Page

const tabs = useTabs()
const persist = { persist: true } as const
const item = `ricloud-mock ${apiUrl}`

const start = (tab: Tab, options: RicloudWorkerOptions = persist) =>
  tab.evaluate((options) => page.start(options), options)

async function reload(tab: Tab, options: RicloudWorkerOptions = persist): Promise<void> {
  await tab.reload({ waitUntil: 'load' })
  await start(tab, options)
}

const post = (tab: Tab, path: string, body: object) => call(tab, apiUrl + path, 'POST', body)
const newUser = (tab: Tab) => post(tab, '/users', { identifier: 'new@example.com' })
const statusOf = async (tab: Tab, path: string) => (await call(tab, apiUrl + path)).status

/** The state of a world, as the control calls show it. */
const stateOf = async (tab: Tab) => {
  const paths = ['state', 'clock', 'upcoming', 'scenario', 'events', 'faults']
  return Promise.all(paths.map(async (path) => (await call(tab, `${apiUrl}/_mock/${path}`)).text))
}

/** Creates a user, a session and a token, whose IDs depend on the state; resolves to the answers. */
const next = async (tab: Tab) => {
  const source = { user: 1, type: 'icloud.account', identifier: 'renate@example.com' }
  return [
    await newUser(tab),
    await post(tab, '/sessions', { source, payload: { password: 'joshua', code: '123456' } }),
    await post(tab, '/keys/2/rotate', {}),
    await call(tab, `${apiUrl}/users?limit=2`),
  ]
}

describe('A tab that is loaded again', () => {
  test('restores the world that it left, with equal answers to the next calls', async () => {
    const options = { ...persist, scenario: 'two-factor' } as const
    const tab = await tabs.open()
    await start(tab, options)
    await post(tab, '/_mock/faults', { on: 'GET /users/*', nth: 2, answer: { status: 503 } })
    await next(tab)
    expect(await statusOf(tab, '/users/1')).toBe(200)
    await post(tab, '/_mock/clock', { advance: '90m' })
    const before = await stateOf(tab)
    await reload(tab, options)
    expect(await stateOf(tab)).toEqual(before)
    expect(await statusOf(tab, '/users/1')).toBe(503)
    expect(await statusOf(tab, '/users/1')).toBe(200)
    const then = await next(tab)
    expect(then.map(({ status }) => status)).toEqual([200, 201, 200, 200])
    expect(await tab.evaluate(() => page.logged)).toEqual([])
  })

  test('has the objects that were published, under their addresses', async () => {
    const tab = await tabs.open()
    await start(tab)
    const source = { user: 1, type: 'icloud.account', identifier: 'end-user@example.com' }
    const session = JSON.parse((await post(tab, '/sessions', { source, payload: { password: 'x' } })).text).id
    await post(tab, '/_mock/clock', { advance: '1s' })
    await post(tab, '/polls', { session, payload: { data_types: ['ios_messages.messages'] } })
    const { objects } = JSON.parse((await call(tab, `${apiUrl}/_mock/buckets`)).text)
    const object = () => call(tab, `https://storage.googleapis.com/${objects[0].bucket}/${objects[0].key}`)
    const before = await object()
    expect(before.status).toBe(200)
    await reload(tab)
    expect(await object()).toEqual(before)
    expect(JSON.parse((await call(tab, `${apiUrl}/_mock/buckets`)).text).objects).toEqual(objects)
  })

  test('continues the scenario that was loaded meanwhile', async () => {
    const tab = await tabs.open()
    await start(tab)
    await call(tab, `${apiUrl}/_mock/scenario`, 'PUT', { scenario: 'rate-limited' })
    for (let i = 0; i < 9; i++) expect(await statusOf(tab, '/users')).toBe(200)
    await reload(tab)
    expect([await statusOf(tab, '/users'), await statusOf(tab, '/users')]).toEqual([200, 429])
    expect(JSON.parse((await call(tab, `${apiUrl}/_mock/scenario`)).text).scenario).toBe('rate-limited')
  })

  test('has a clock that runs as fast, from where it was', async () => {
    const tab = await tabs.open()
    await start(tab)
    await post(tab, '/_mock/clock', { advance: '6h' })
    await post(tab, '/_mock/clock', { speed: 60 })
    await reload(tab)
    const clock = JSON.parse((await call(tab, `${apiUrl}/_mock/clock`)).text)
    expect(clock).toMatchObject({ frozen: false, speed: 60 })
    expect(Date.parse(clock.now)).toBeGreaterThanOrEqual(Date.parse('2020-02-20T18:00:00Z'))
    expect(Date.parse(clock.now)).toBeLessThan(Date.parse('2020-02-20T19:00:00Z'))
  })

  test('keeps its initial state, to reset to', async () => {
    const tab = await tabs.open()
    await start(tab)
    const initial = await stateOf(tab)
    await newUser(tab)
    await reload(tab)
    expect(await statusOf(tab, '/users/4')).toBe(200)
    await tab.evaluate(() => page.reset())
    expect(await stateOf(tab)).toEqual(initial)
    await reload(tab)
    expect(await stateOf(tab)).toEqual(initial)
  })

  test('starts in the initial state unless it persists', async () => {
    const tab = await tabs.open()
    await start(tab, {})
    await newUser(tab)
    await reload(tab, {})
    expect(await statusOf(tab, '/users/4')).toBe(404)
    expect(await tab.evaluate(() => sessionStorage.length)).toBe(0)
  })

  test('has the world that it had when the worker was stopped', async () => {
    const tab = await tabs.open()
    await start(tab)
    await newUser(tab)
    await tab.evaluate(() => page.stop())
    await reload(tab)
    expect(await statusOf(tab, '/users/4')).toBe(200)
  })

  test.each([
    ['scenario', { scenario: 'two-factor' }],
    ['seed', { seed: 2 }],
    ['fixtures', { fixtures: ['empty'] }],
  ] as const)('starts in the initial state if its %s is another, and warns once', async (_, other) => {
    const tab = await tabs.open()
    await start(tab)
    await newUser(tab)
    await reload(tab, { ...persist, ...other })
    expect(await statusOf(tab, '/users/4')).toBe(404)
    expect(await tab.evaluate(() => page.logged)).toEqual([
      'warn: The world kept for this tab is not restored, and starts in its initial state: it was made with other options.',
    ])
    await reload(tab, { ...persist, ...other })
    expect(await tab.evaluate(() => page.logged)).toEqual([])
  })

  test.each([
    ['another version', '{"format":0}', /it was saved by another version\.$/],
    ['no state', 'nonsense', /not valid JSON/],
    ['a broken state', '{"format":1,"options":"', /JSON/],
  ])('starts in the initial state if it kept %s', async (_, text, why) => {
    const tab = await tabs.open()
    await tab.evaluate(([item, text]) => sessionStorage.setItem(item, text), [item, text] as const)
    await start(tab)
    expect(await statusOf(tab, '/users/4')).toBe(404)
    const logged = await tab.evaluate(() => page.logged)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatch(why)
  })
})

describe('What a tab keeps', () => {
  test('is saved soon after a change, and not only when it is left', async () => {
    const tab = await tabs.open()
    await start(tab)
    await newUser(tab)
    await expect.poll(() => tab.evaluate((item) => sessionStorage.getItem(item), item)).toContain('new@example.com')
  })

  test('is its own: another tab is another world', async () => {
    const one = await tabs.open()
    await start(one)
    const other = await tabs.open()
    await start(other)
    await newUser(one)
    for (const tab of [one, other]) await reload(tab)
    expect([await statusOf(one, '/users/4'), await statusOf(other, '/users/4')]).toEqual([200, 404])
  })

  test('may not fit into the storage: the mock works, and warns once', async () => {
    const tab = await tabs.open()
    await tab.evaluate(fillStorage)
    await start(tab)
    await newUser(tab)
    await tab.waitForTimeout(500)
    await newUser(tab)
    await tab.waitForTimeout(500)
    expect(await statusOf(tab, '/users/4')).toBe(200)
    const logged = await tab.evaluate(() => page.logged)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatch(/^warn: The world cannot be kept for this tab, and starts in its initial state .*quota/)
    await reload(tab)
    expect(await statusOf(tab, '/users/4')).toBe(404)
  })
})
