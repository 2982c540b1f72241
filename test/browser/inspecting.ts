import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page as Tab } from '@playwright/test'
import type axe from 'axe-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type ServeOptions, type StandaloneServer, serve } from '../../src/standalone.ts'
import { buildInto } from '../support/bundle.ts'
import { browserOptions } from './chromium.ts'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** Builds the page where the server finds it, unless it is newer than its sources. */
async function freshPage(): Promise<void> {
  const changed = readdirSync(path('src/inspector'), { recursive: true, encoding: 'utf8' }).map(
    (name) => statSync(path(`src/inspector/${name}`)).mtimeMs,
  )
  const page = path('dist/inspector/index.html')
  if (existsSync(page) && statSync(page).mtimeMs > Math.max(...changed)) return
  // Other test files may do this at the same time; file names contain a hash, so they write the same files.
  const folder = mkdtempSync(join(tmpdir(), 'inspector-'))
  await buildInto(folder, 'client')
  cpSync(folder, path('dist/inspector'), { recursive: true })
  rmSync(folder, { recursive: true })
}

/** The module with `mountInspector`, built for a page. */
export async function builtModule(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'inspector-'))
  try {
    await buildInto(folder, 'inspector')
    return readFileSync(join(folder, 'inspector.js'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

let browser: Browser
const open = new Set<{ close(): Promise<unknown> }>()

/** Starts a browser and builds the page for the tests of a file; closes what each test opened. */
export function useInspector(): void {
  beforeAll(async () => {
    await freshPage()
    browser = await chromium.launch(browserOptions)
  }, 60_000)
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
}

/** Opens a tab, and records its errors and the URLs it requests. */
export async function openTab({ width = 1280, height = 800, scheme = 'light' }: TabOptions = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const tab = await context.newPage()
  const faults: string[] = []
  const asked: string[] = []
  tab.on('pageerror', (error) => faults.push(String(error)))
  tab.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  tab.on('request', (request) => asked.push(request.url()))
  open.add(context)
  return { tab, faults, asked }
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

/** Expects that axe finds no violation, also of its best practices. */
export async function expectAccessible(tab: Tab): Promise<void> {
  await tab.evaluate(axeSource)
  const violations = await tab.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message}`).join('\n')}`,
    )
  })
  expect(violations).toEqual([])
}
