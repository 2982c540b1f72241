import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Page as Tab } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { apiUrl, verifySignature } from '../../../src/index.ts'
import { serve } from '../../../src/standalone.ts'
import { advance, get, post } from '../../doors/behaviour.ts'
import type { Play } from '../../scenario/built-in/play.ts'
import { twoFactorPlays } from '../../scenario/built-in/two-factor-plays.ts'
import { firstSession, newOrganisation } from '../../webhooks/first-session.ts'
import { listening, startReceiver } from '../../webhooks/receiver.ts'
import { fillStorage } from '../fill-storage.ts'
import { call, startSession } from '../inspecting.ts'
import type { Page } from '../page.ts'
import { workInPage } from '../page-door.ts'
import { startSite } from '../site.ts'
import { useFirefox } from './firefox.ts'

declare const page: Page

const open = useFirefox()

describe('A page in Firefox', () => {
  let site: Awaited<ReturnType<typeof startSite>>
  beforeAll(async () => {
    site = await startSite(readFileSync(`${inject('built')}/page.js`, 'utf8'))
  })
  afterAll(() => site?.close())

  const start = (tab: Tab) => tab.evaluate(() => page.start({ persist: true, scenario: 'two-factor' }))
  const callOf = (tab: Tab, path: string, body?: object) =>
    tab.evaluate((url, body) => page.call(url, body && 'POST', body), apiUrl + path, body)

  test('is answered by fetch and by XMLHttpRequest, with the same bytes, and reports no error', async () => {
    const { tab, faults } = await open(site.url)
    await start(tab)
    const sent = await tab.evaluate((url) => page.request(url), `${apiUrl}/users`)
    expect(sent.status).toBe(200)
    expect(await callOf(tab, '/users')).toEqual(sent)
    expect((await callOf(tab, '/users', { identifier: 'new@example.com' })).status).toBe(201)
    expect(faults).toEqual([])
  })

  test('reaches the network before the worker is started, and after it is stopped', async () => {
    const { tab } = await open(site.url)
    const users = `${site.url}/users/1`
    const seen = await tab.evaluate(
      async (users, baseUrl) => {
        const texts = [(await page.call(users)).text]
        await page.start({ baseUrl })
        texts.push((await page.call(users)).text)
        page.stop()
        return [...texts, (await page.call(users)).text]
      },
      users,
      site.url,
    )
    expect(seen).toEqual(['from the network', expect.stringContaining('john.appleseed'), 'from the network'])
  })

  test('plays the scenario two-factor', async () => {
    const play = twoFactorPlays['The next session with the code becomes active'] as Play
    await workInPage((await open(site.url)).tab, { scenario: 'two-factor' }, play)
  })

  test('notifies a receiver of the end of the first session of a new organisation', async () => {
    const receiver = await startReceiver()
    const { tab } = await open(site.url)
    const { ended, secret } = await workInPage(tab, newOrganisation, (door) => firstSession(door, receiver.url))
    const [, last] = receiver.received
    const genuine = await verifySignature(last?.headers ?? {}, last?.body ?? '', secret, { now: ended })
    expect([receiver.received.map(({ event }) => `${event.type}.${event.action}`), genuine]).toEqual([
      ['webhook_config.test', 'session.expired'],
      true,
    ])
  })

  test('reports a receiver that does not allow calls from pages', async () => {
    const { tab } = await open(site.url)
    const port = await listening(createServer((_, response) => response.writeHead(200).end()))
    const error = await workInPage(tab, { scenario: 'empty' }, async (door) => {
      await post(door, '/configs/webhook', { url: `http://127.0.0.1:${port}/hooks` })
      await advance(door, '1s')
      return (await get(door, '/tasks?type=webhook_config.test')).body.data[0].error
    })
    expect(error).toBe('NetworkError when attempting to fetch resource.')
  })

  test('restores the world that it left each time it is loaded again', async () => {
    const { tab, faults } = await open(site.url)
    await start(tab)
    const statuses: number[] = []
    for (let id = 4; id < 7; id++) {
      await callOf(tab, '/users', { identifier: `user-${id}@example.com` })
      await tab.reload({ waitUntil: 'load' })
      await start(tab)
      statuses.push((await callOf(tab, `/users/${id}`)).status)
    }
    expect([statuses, faults, await tab.evaluate(() => page.logged)]).toEqual([[200, 200, 200], [], []])
  })

  test('warns once if its world does not fit into the storage of the tab', async () => {
    const { tab } = await open(site.url)
    await tab.evaluate(fillStorage)
    await start(tab)
    await callOf(tab, '/users', { identifier: 'new@example.com' })
    await tab.waitForFunction(() => page.logged.length > 0)
    expect(await tab.evaluate(() => page.logged)).toEqual([
      expect.stringMatching(/^warn: The world cannot be kept for this tab, .*quota/),
    ])
  })
})

describe('The inspector in Firefox', () => {
  test('shows each view live, moves the clock, filters, and opens a pane', async () => {
    const server = await serve({ port: 0, log: () => {}, scenario: 'two-factor' })
    onTestFinished(() => server.close({ now: true }))
    await startSession(server)
    const { tab, faults, asked } = await open(`${server.url}/_mock#/time`)
    await tab.waitForSelector('.connection[data-connection=live]')
    for (const view of ['Records', 'Requests', 'Webhooks', 'Scenario', 'Snapshots', 'Worlds', 'Time line']) {
      await tab.locator(`.tabs ::-p-text(${view})`).click()
      await tab.waitForSelector(`[aria-label="${view} view"]`)
    }
    await tab.locator('::-p-text(+1 m)').click()
    await tab.waitForSelector('.clock-time ::-p-text(12:01:00)')

    await tab.goto(`${server.url}/_mock#/requests`)
    await tab.waitForSelector('[role=row] ::-p-text(/sessions)')
    await call(server, '/users?colour=red')
    await tab.waitForSelector('[role=row] ::-p-text(colour)')
    await tab.locator('input[type=search]').fill('colour')
    await tab.waitForFunction(() => document.querySelectorAll('.grid-body [role=row]').length === 1)
    await tab.locator('.grid-body [role=row]').click()
    await tab.waitForSelector('.pane ::-p-text(Ignored)')

    expect(asked.filter((url) => !url.startsWith(`${server.url}/_mock`))).toEqual([])
    expect(faults).toEqual([])
  })
})
