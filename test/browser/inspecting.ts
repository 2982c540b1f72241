import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page as Tab } from '@playwright/test'
import type axe from 'axe-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type ServeOptions, type StandaloneServer, serve } from '../../src/standalone.ts'
import { connect } from './connect.ts'

let browser: Browser
const open = new Set<{ close(): Promise<unknown> }>()
/** Tabs that no test uses, on a blank page; loading another page into one takes half the time that a new one takes. */
let idle: Tab[] = []

/** Gives the tests of a file the browser; closes what each test opened. */
export function useInspector(): void {
  beforeAll(async () => {
    browser = await connect()
    idle = []
  })
  afterEach(async () => {
    await Promise.all(Array.from(open, (one) => one.close()))
    open.clear()
  })
  afterAll(() => browser?.close())
}

/** A server with a frozen clock by default. */
export async function started(options: ServeOptions = {}): Promise<StandaloneServer> {
  const server = await serve({ port: 0, log: () => {}, ...options })
  open.add({ close: () => server.close({ now: true }).catch(() => {}) })
  return server
}

/** The window of a tab. */
export interface TabOptions {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  /** Whether the system chooses the colours. */
  readonly forced?: boolean
}

async function newTab({ width = 1280, height = 800, scheme = 'light' }: TabOptions = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  return context.newPage()
}

/** Records the errors of a tab and the URLs it requests. */
function watch(tab: Tab) {
  const faults: string[] = []
  const asked: string[] = []
  tab.on('pageerror', (error) => faults.push(String(error)))
  tab.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  tab.on('request', (request) => asked.push(request.url()))
  return { tab, faults, asked }
}

/** Opens a tab with storage of its own. */
export async function openTab(options?: TabOptions) {
  const tab = await newTab(options)
  open.add(tab.context())
  return watch(tab)
}

async function leave(tab: Tab): Promise<void> {
  for (const event of ['pageerror', 'console', 'request'] as const) tab.removeAllListeners(event)
  await tab.goto('about:blank')
  idle.push(tab)
}

/** Opens a view of a server's inspector, whose port no page had before: nothing is stored for it. */
export async function inspect(server: StandaloneServer, view = 'time', options: TabOptions = {}) {
  const { width = 1280, height = 800, scheme = 'light', forced = false } = options
  const tab = idle.pop() ?? (await newTab(options))
  open.add({ close: () => leave(tab) })
  await tab.setViewportSize({ width, height })
  await tab.emulateMedia({ colorScheme: scheme, forcedColors: forced ? 'active' : 'none' })
  const opened = watch(tab)
  await opened.tab.goto(`${server.url}/_mock#/${view}`)
  await opened.tab.waitForSelector('.connection[data-connection=live]')
  return opened
}

/** Calls the API with the token of the server's first key. */
export const call = ({ url, mock }: StandaloneServer, path: string, body?: object) =>
  fetch(url + path, {
    headers: { authorization: `Token ${mock.token}` },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })

/** Starts a session of Renate's. */
export const startSession = (server: StandaloneServer, payload: object = { password: 'joshua', code: '123456' }) =>
  call(server, '/sessions', { source: { user: 1, type: 'icloud.account', identifier: 'renate@example.com' }, payload })

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Expects that axe finds no violation, also of its best practices. */
export async function expectAccessible(tab: Tab): Promise<void> {
  if (!(await tab.evaluate(() => 'axe' in globalThis))) await tab.evaluate(axeSource)
  const violations = await tab.evaluate(async () => {
    // A pane that still appears is transparent.
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message}`).join('\n')}`,
    )
  })
  expect(violations).toEqual([])
}
