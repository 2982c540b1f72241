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

/** Builds the page where the server looks for it, unless that is newer than its sources. */
async function freshPage(): Promise<void> {
  const changed = readdirSync(path('src/inspector'), { recursive: true, encoding: 'utf8' }).map(
    (name) => statSync(path(`src/inspector/${name}`)).mtimeMs,
  )
  const page = path('dist/inspector/index.html')
  if (existsSync(page) && statSync(page).mtimeMs > Math.max(...changed)) return
  // Other test files may do the same: names change with their content, so that they write the same.
  const folder = mkdtempSync(join(tmpdir(), 'inspector-'))
  await buildInto(folder, 'client')
  cpSync(folder, path('dist/inspector'), { recursive: true })
  rmSync(folder, { recursive: true })
}

/** The module that mounts the inspector, and what it is mounted on, built for a page. */
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

/** A browser and the built page for the tests of a file; what they open is closed after each. */
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

/** A server on a clock that stands, unless it is told otherwise. */
export async function started(options: ServeOptions = {}): Promise<StandaloneServer> {
  const server = await serve({ port: 0, log: () => {}, ...options })
  open.add({ close: () => server.close({ now: true }).catch(() => {}) })
  return server
}

/** How a tab looks. */
export interface Look {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
}

/** A tab; what goes wrong in it, and what it asks of whom, is kept. */
export async function openTab({ width = 1280, height = 800, scheme = 'light' }: Look = {}) {
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

/** A tab that shows a view of a server's inspector. */
export async function inspect(server: StandaloneServer, view = 'time', look: Look = {}) {
  const opened = await openTab(look)
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

/** Expects no violation of accessibility rules, best practices among them. */
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
