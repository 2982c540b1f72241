import { chromium } from '@playwright/test'
import { describe, expect, test } from 'vitest'
import { apiUrl } from '../../src/index.ts'
import { browserOptions } from './chromium.ts'
import type { Page } from './page.ts'
import { call, useTabs } from './tabs.ts'

declare const page: Page

const tabs = useTabs({ fresh: true })
const init = "Run `npx ricloud-mock init <folder>` with the folder that the page's files are served from"

describe('Starting the worker', () => {
  test('without its script names the address tried, and the command that copies it', async () => {
    const tab = await tabs.open()
    const start = tab.evaluate(() => page.start({}, { serviceWorker: { url: '/missing/worker.js' } }))
    await expect(start).rejects.toThrow(
      `there is no worker script at ${tabs.url}/missing/worker.js (the answer was 404). ${init}.`,
    )
  })

  test('where another file is served in its place says so', async () => {
    const tab = await tabs.open()
    const start = tab.evaluate(() => page.start({}, { serviceWorker: { url: '/a-page' } }))
    await expect(start).rejects.toThrow(
      `there is no worker script at ${tabs.url}/a-page (the answer was text/plain, no script). ${init}.`,
    )
  })

  test('says what went wrong otherwise', async () => {
    const tab = await tabs.open()
    const start = tab.evaluate(() =>
      page.start({}, { serviceWorker: { url: '/mockServiceWorker.js', options: { scope: 'https://example.com/' } } }),
    )
    await expect(start).rejects.toThrow(
      new RegExp(`Failed to start the worker: ${tabs.url}/mockServiceWorker.js: .*scope`, 's'),
    )
  })

  test.each(['the same mock', 'another one'])('works with %s once the script is there', async (which) => {
    const tab = await tabs.open()
    await expect(tab.evaluate(() => page.start({}, { serviceWorker: { url: '/missing/worker.js' } }))).rejects.toThrow()
    await tab.evaluate((again) => (again ? page.startAgain() : page.start()), which === 'the same mock')
    expect((await call(tab, `${apiUrl}/users`)).status).toBe(200)
  })

  test('on an insecure origin asks for https or localhost', async () => {
    const port = new URL(tabs.url).port
    const args = browserOptions.args.filter((one) => !one.startsWith('--host-resolver-rules'))
    const rules = '--host-resolver-rules=MAP insecure.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'
    const browser = await chromium.launch({ ...browserOptions, args: [...args, rules] })
    try {
      const tab = await browser.newPage()
      await tab.goto(`http://insecure.example:${port}`, { waitUntil: 'load' })
      await expect(tab.evaluate(() => page.start())).rejects.toThrow(
        `Failed to start the worker: the browser has no service workers at http://insecure.example:${port}. Open the page over https or at localhost.`,
      )
    } finally {
      await browser.close()
    }
  })

  test('twice, and stopping twice, is harmless and silent', async () => {
    const tab = await tabs.open()
    const said: string[] = []
    tab.on('console', (message) => said.push(message.text()))
    await tab.evaluate(() => page.start())
    await tab.evaluate(() => Promise.all([page.startAgain(), page.startAgain()]))
    expect((await call(tab, `${apiUrl}/users`)).status).toBe(200)
    await tab.evaluate(() => page.stop())
    await tab.evaluate(() => page.stop())
    await tab.evaluate(() => page.startAgain())
    expect((await call(tab, `${apiUrl}/users`)).status).toBe(200)
    expect(said).toEqual([])
  })

  test('with a new mock, as after a hot update, leaves calls to the new one alone', async () => {
    const tab = await tabs.open()
    await tab.evaluate(() => page.start())
    await call(tab, `${apiUrl}/users`)
    await tab.evaluate(() => page.start())
    expect((await call(tab, `${apiUrl}/users`, 'POST', { identifier: 'once@example.com' })).status).toBe(201)
    expect(await tab.evaluate(() => page.received())).toEqual([1, 1])
  })
})
