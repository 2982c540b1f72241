import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page as Tab } from '@playwright/test'
import type axe from 'axe-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type ServeOptions, type StandaloneServer, serve } from '../../src/standalone.ts'
import { connect } from './connect.ts'

let browser: Browser
const servers: StandaloneServer[] = []
/** The tabs of the present test. */
const tabs: Tab[] = []
/** Those that no test uses: loading another page into one takes half the time that a new one takes. */
let idle: Tab[] = []

/** Gives the tests of a file the browser; closes what each test opened. */
export function useInspector(): void {
  beforeAll(async () => {
    browser = await connect()
    idle = []
  })
  afterEach(async () => {
    await Promise.all(tabs.splice(0).map((tab) => leave(tab).catch(() => tab.close())))
    await Promise.all(servers.splice(0).map((server) => server.close({ now: true }).catch(() => {})))
  })
  afterAll(() => browser?.close())
}

/** A server with a frozen clock by default. */
export async function started(options: ServeOptions = {}): Promise<StandaloneServer> {
  const server = await serve({ port: 0, log: () => {}, ...options })
  servers.push(server)
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

/** Records the errors of a tab and the URLs it requests. */
function watch(tab: Tab) {
  const faults: string[] = []
  const asked: string[] = []
  tab.on('pageerror', (error) => faults.push(String(error)))
  tab.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  tab.on('request', (request) => asked.push(request.url()))
  return { tab, faults, asked }
}

/** A tab that stores nothing for any site. */
export async function openTab(options: TabOptions = {}) {
  const { width = 1280, height = 800, scheme = 'light', forced = false } = options
  const tab = idle.pop() ?? (await browser.newPage({ permissions: ['clipboard-read', 'clipboard-write'] }))
  tabs.push(tab)
  await tab.setViewportSize({ width, height })
  await tab.emulateMedia({ colorScheme: scheme, forcedColors: forced ? 'active' : 'none', reducedMotion: 'reduce' })
  return watch(tab)
}

/** Silences the page of a tab, whose server will be closed, and forgets what it stored. */
async function leave(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    globalThis.fetch = () => new Promise(() => {})
    globalThis.stop()
    sessionStorage.clear()
  })
  for (const event of ['pageerror', 'console', 'request'] as const) tab.removeAllListeners(event)
  idle.push(tab)
}

/** Opens a view of a server's inspector. */
export async function inspect(server: StandaloneServer, view = 'time', options: TabOptions = {}) {
  const opened = await openTab(options)
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

/**
 * Expects that axe finds no violation, also of its best practices.
 *
 * @param rules those to apply; all by default
 * @param where said with the violations
 */
export async function expectAccessible(tab: Tab, rules?: string[], where?: string): Promise<void> {
  if (!(await tab.evaluate(() => 'axe' in globalThis))) await tab.evaluate(axeSource)
  const violations = await tab.evaluate(async (runOnly) => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      ...(runOnly && { runOnly }),
      resultTypes: ['violations'],
    })
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message}`).join('\n')}`,
    )
  }, rules)
  expect(violations, where).toEqual([])
}
