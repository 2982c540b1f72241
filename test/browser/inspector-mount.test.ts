import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page as Tab } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { expectAccessible, openTab, type TabOptions, useInspector } from './inspecting.ts'

useInspector()

/** Styles that break any element they apply to. */
const hostile = `
  * { all: unset !important; display: block !important; color: red !important; font: 40px serif !important }
  button, section, div { display: none !important; position: static !important; transform: rotate(20deg) !important }
  ricloud-inspector { display: none !important; visibility: hidden; opacity: 0; filter: blur(9px) }
  :root { --surface: red; --text: red; --accent: red; font-size: 3px }`

let server: Server
let url: string
beforeAll(async () => {
  const built = (name: string) => readFileSync(`${inject('built')}/${name}.js`, 'utf8')
  const script = { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' }
  const files: Readonly<Record<string, readonly [Record<string, string>, string]>> = {
    '/': [
      { 'content-type': 'text/html' },
      `<!doctype html><html lang="en"><title>A page</title><style>${hostile}</style><main><h1>A page</h1></main>
       <script type="module" src="/page.js"></script>`,
    ],
    '/page.js': [script, built('page-inspector')],
    '/inspector.js': [script, built('package/inspector')],
  }
  server = createServer(({ url = '/' }, response) => {
    const [headers, body] = files[url] ?? [{}, '']
    response.writeHead(files[url] ? 200 : 404, headers).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server?.closeAllConnections()
  server?.close()
})

async function mounted(options: TabOptions = {}) {
  const opened = await openTab(options)
  await opened.tab.goto(url)
  await opened.tab.waitForSelector('.corner-button')
  return opened
}

describe('mountInspector', () => {
  test('a corner button opens the inspector, which calls only the mock', async () => {
    const { tab, faults, asked } = await mounted()
    const before = asked.length
    await tab.click('.corner-button')
    await tab.waitForSelector('.panel .connection[data-connection=live]')
    await tab.click('.panel >> text=+1 h')
    await tab.waitForSelector('.panel >> text=13:00:00')
    await tab.click('.tabs >> text=Records')
    await tab.waitForSelector('.panel [role=row]:has-text("e2c9b0a4")')
    expect(asked.slice(before).filter((one) => !one.endsWith('/favicon.ico'))).toEqual([])
    expect(faults.filter((fault) => !fault.includes('404'))).toEqual([])
    expect(new URL(tab.url()).hash).toBe('')
  })

  test('shows the calls of the page as they are made', async () => {
    const { tab } = await mounted()
    await tab.click('.corner-button')
    await tab.click('.tabs >> text=Requests')
    await tab.evaluate(async () => {
      const { mock } = globalThis as unknown as {
        mock: { token: string; fetch(url: string, init: object): Promise<Response> }
      }
      await mock.fetch('https://any.host/users', { headers: { authorization: `Token ${mock.token}` } })
    })
    await tab.waitForSelector('.panel [role=row]:has-text("/users")')
  })

  test('styles of the page do not affect it, nor its styles the page', async () => {
    const { tab } = await mounted()
    const looks = () =>
      tab.evaluate(() => {
        const button = document.querySelector('ricloud-inspector')?.shadowRoot?.querySelector('.corner-button')
        const { color, fontSize, display, position } = getComputedStyle(button as Element)
        const { width, height } = (button as Element).getBoundingClientRect()
        return { color, fontSize, display, position, size: width > 60 && height > 30 && height < 60 }
      })
    expect(await looks()).toEqual({
      color: 'rgb(27, 36, 35)',
      fontSize: '13px',
      display: 'flex',
      position: 'static',
      size: true,
    })
    expect(await tab.evaluate(() => getComputedStyle(document.querySelector('h1') as Element).fontSize)).toBe('40px')
  })

  test('is accessible, is closed by Escape, which returns the focus, and can be removed', async () => {
    const { tab } = await mounted()
    await tab.click('.corner-button')
    await tab.waitForSelector('.panel .connection[data-connection=live]')
    await tab.addStyleTag({ content: 'h1 { color: black !important }' })
    await expectAccessible(tab)
    await tab.keyboard.press('Escape')
    await tab.waitForSelector('.panel', { state: 'detached' })
    const focused = () => tab.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className)
    await expect.poll(focused).toBe('corner-button')
    await tab.evaluate(() => (globalThis as unknown as { remove(): void }).remove())
    expect(await tab.locator('ricloud-inspector').count()).toBe(0)
  })

  test('follows the dark mode of the system, and the choice of the page', async () => {
    const surface = (tab: Tab) =>
      tab.evaluate(() => {
        const button = document.querySelector('ricloud-inspector')?.shadowRoot?.querySelector('.corner-button')
        return getComputedStyle(button as Element).backgroundColor
      })
    expect(await surface((await mounted({ scheme: 'dark' })).tab)).toBe('rgb(25, 31, 33)')
    expect(await surface((await mounted({ scheme: 'light' })).tab)).toBe('rgb(255, 255, 255)')
  })

  test('is resized and placed, leaves the end of the page reachable, and keeps its state over a reload', async () => {
    const { tab } = await mounted()
    await tab.addStyleTag({ content: 'main { height: 1500px !important }' })
    const length = () => tab.evaluate(() => document.documentElement.scrollHeight)
    const closed = await length()
    await tab.click('.corner-button')
    const panel = tab.locator('.panel')
    await panel.waitFor()
    const height = async () => (await panel.boundingBox())?.height ?? 0
    const before = await height()
    await tab.focus('.panel-edge')
    await tab.keyboard.press('ArrowDown')
    await expect.poll(height).toBeLessThan(before)
    expect(await length()).toBeGreaterThanOrEqual(closed + (await height()) - 1)
    await tab.click('.tabs >> text=Worlds')
    await tab.click('text=Move to the right')
    await expect.poll(async () => (await panel.boundingBox())?.x ?? 0).toBeGreaterThan(0)
    await tab.reload()
    await tab.waitForSelector('.panel h2:has-text("Worlds")')
    await tab.waitForSelector('text=Move to the bottom')
  })

  test('Escape closes the pane before the panel', async () => {
    const { tab } = await mounted()
    await tab.click('.corner-button')
    await tab.click('.tabs >> text=Records')
    await tab.click('.panel .grid-body [role=row]')
    await tab.waitForSelector('.pane')
    await tab.keyboard.press('Escape')
    await tab.waitForSelector('.pane', { state: 'detached' })
    expect(await tab.locator('.panel').count()).toBe(1)
    await tab.keyboard.press('Escape')
    await tab.waitForSelector('.panel', { state: 'detached' })
  })
})
