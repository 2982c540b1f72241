import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from '@playwright/test'
import { build, createServer, type InlineConfig, type Plugin, preview, type Rolldown } from 'vite'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { run } from '../cli/run.ts'
import { withoutWorker } from '../recipes/without-worker.ts'
import { connect } from './connect.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let browser: Browser
let folder: string
let config: InlineConfig

beforeAll(async () => {
  folder = mkdtempSync(`${inject('built')}/client-`)
  expect(await run('init', join(folder, 'public'))).toMatchObject({ code: 0 })
  config = {
    configFile: false,
    logLevel: 'error',
    root: join(root, 'test/browser/client'),
    publicDir: join(folder, 'public'),
    cacheDir: join(folder, 'cache'),
    resolve: { alias: { 'ricloud-mock/browser': join(inject('built'), 'package/browser.js') } },
    server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
    preview: { host: '127.0.0.1', port: 0 },
    optimizeDeps: { include: ['msw', 'msw/browser'] },
    build: { target: 'esnext', emptyOutDir: true },
  }
  browser = await connect()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Builds the client; gives back the modules that are in it, and its scripts as one text. */
async function built(mode: 'development' | 'production', ...plugins: Plugin[]) {
  const outDir = join(folder, mode)
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = mode
  try {
    const { output } = (await build({
      ...config,
      mode,
      plugins,
      build: { ...config.build, outDir },
    })) as Rolldown.RolldownOutput
    const chunks = output.filter((file) => file.type === 'chunk')
    const text = chunks.map(({ code }) => code).join('\n')
    return { outDir, modules: chunks.flatMap(({ moduleIds }) => moduleIds), text }
  } finally {
    process.env.NODE_ENV = before
  }
}

async function shows(url: string): Promise<void> {
  const context = await browser.newContext()
  try {
    const tab = await context.newPage()
    const said: string[] = []
    tab.on('console', (message) => message.type() !== 'debug' && said.push(message.text()))
    await tab.goto(url)
    await expect.poll(() => tab.textContent('main')).toContain('renate@example.com')
    await tab.reload()
    await expect.poll(() => tab.textContent('main')).toContain('renate@example.com')
    expect(said).toEqual([])
  } finally {
    await context.close()
  }
}

describe('A client of Vite', () => {
  test('is answered from its first call on, in a development build', async () => {
    const { outDir } = await built('development', withoutWorker())
    const server = await preview({ ...config, build: { outDir } })
    try {
      await shows(server.resolvedUrls?.local[0] as string)
    } finally {
      await server.close()
    }
  })

  test.each(['/', '/app/'])(
    'is answered from its first call on by the development server, at the base %s',
    async (base) => {
      const server = await createServer({ ...config, base })
      try {
        await server.listen()
        await shows(server.resolvedUrls?.local[0] as string)
      } finally {
        await server.close()
      }
    },
    60_000,
  )

  test('has one msw, without graphql', async () => {
    const { modules, text } = await built('development')
    const packages = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/.][^/]*/.exec(id)?.[0] ?? []))
    const names = [...packages].map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    for (const name of ['msw', '@mswjs/interceptors']) expect(names.filter((one) => one === name)).toHaveLength(1)
    expect(names).not.toContain('graphql')
    // What msw says to its worker stands once in the bundle.
    expect(text.split('MOCK_ACTIVATE')).toHaveLength(2)
    expect(readFileSync(join(inject('built'), 'package/browser.js'), 'utf8')).toMatch(/from "msw\/browser"/)
  })

  test('has nothing of the mock in production', async () => {
    const { modules, outDir } = await built('production', withoutWorker())
    expect(modules.filter((id) => id.includes('node_modules'))).toEqual([])
    expect(existsSync(join(outDir, 'mockServiceWorker.js'))).toBe(false)
  })
})
