import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleScript } from '../support/bundle.ts'
import { builtModule, expectAccessible, openTab, useInspector } from './inspecting.ts'

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
  const script = { 'content-type': 'text/javascript' }
  const files: Readonly<Record<string, readonly [Record<string, string>, string]>> = {
    '/': [
      { 'content-type': 'text/html' },
      `<!doctype html><html lang="en"><title>A page</title><style>${hostile}</style><main><h1>A page</h1></main>
       <script type="module" src="/page.js"></script>`,
    ],
    '/page.js': [script, await bundleScript(fileURLToPath(new URL('page-inspector.ts', import.meta.url)))],
    '/inspector.js': [script, await builtModule()],
  }
  server = createServer(({ url = '/' }, response) => {
    const [headers, body] = files[url] ?? [{}, '']
    response.writeHead(files[url] ? 200 : 404, headers).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 60_000)
afterAll(() => {
  server?.closeAllConnections()
  server?.close()
})

async function mounted() {
  const opened = await openTab()
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
})
