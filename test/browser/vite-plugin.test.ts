import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from '@playwright/test'
import { build, createServer, type InlineConfig } from 'vite'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type RicloudMockOptions, ricloudMock } from '../../src/vite.ts'
import { connect } from './connect.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let browser: Browser
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(`${inject('built')}/plugin-`)
  const site = join(folder, 'site')
  mkdirSync(join(site, 'nested'), { recursive: true })
  cpSync(join(root, 'test/browser/client/app.js'), join(site, 'app.js'))
  const page = (script: string) =>
    `<!doctype html><link rel="icon" href="data:," /><main></main><script type="module" src="${script}"></script>`
  writeFileSync(join(site, 'index.html'), page('/app.js'))
  writeFileSync(join(site, 'nested/index.html'), page('../app.js'))
  browser = await connect()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const configWith = (options: RicloudMockOptions, base = '/'): InlineConfig => ({
  configFile: false,
  logLevel: 'error',
  base,
  root: join(folder, 'site'),
  cacheDir: join(folder, 'cache'),
  resolve: {
    alias: {
      'ricloud-mock/browser': join(inject('built'), 'package/browser.js'),
      'ricloud-mock/inspector': join(inject('built'), 'package/inspector.js'),
    },
  },
  plugins: [ricloudMock(options)],
  server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
  build: { outDir: join(folder, 'built'), emptyOutDir: true },
})

/** Opens a page of the development server. */
async function opened(config: InlineConfig, path: string, look: (page: Page) => Promise<void>) {
  const server = await createServer(config)
  const context = await browser.newContext()
  try {
    await server.listen()
    const page = await context.newPage()
    await page.goto(new URL(path, server.resolvedUrls?.local[0]).href)
    await look(page)
  } finally {
    await context.close()
    await server.close()
  }
}

const users = 'renate@example.com'

describe('The plugin of Vite, in development', () => {
  test('answers the first call of the page, which has no worker script of its own', async () => {
    await opened(configWith({ scenario: 'two-factor' }), '/', async (page) => {
      await expect.poll(() => page.textContent('main')).toContain(users)
    })
    expect(readdirSync(join(folder, 'site')).sort()).toEqual(['app.js', 'index.html', 'nested'])
  })

  test('does so below a base path, and for a page in a folder', async () => {
    await opened(configWith({}, '/app/'), '/app/nested/', async (page) => {
      await expect.poll(() => page.textContent('main')).toContain('@')
    })
  })

  test('adds the button of the inspector if it is asked for', async () => {
    await opened(configWith({ inspector: true }), '/', async (page) => {
      await expect.poll(() => page.getByRole('button').count()).toBeGreaterThan(0)
    })
  })

  test.each<[RicloudMockOptions, string]>([
    [{ scenario: 'two-facter' as never }, 'Did you mean "two-factor"?'],
    // Neither localStorage, between these two, nor log.
    [{ sead: 1 } as never, 'webhookHosts, dialect, settings, fixtures, generate, baseUrl, persist, inspector.'],
    [{ localStorage: 'results' } as never, 'ricloudMock has no option localStorage: a page has no disk.'],
    [{ fixtures: (() => {}) as never }, 'fixtures must be JSON'],
  ])(
    'refuses invalid options when the server starts: %j',
    async (options, problem) => {
      await expect(createServer(configWith(options))).rejects.toThrow(problem)
    },
    60_000,
  )
})

describe('The plugin of Vite, in a production build', () => {
  test('is no part of it', async () => {
    const texts = async (config: InlineConfig) => {
      await build(config)
      const built = join(folder, 'built')
      const files = readdirSync(built, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.\w+$/.test(file))
        .sort()
      return files.map((file) => [file, readFileSync(join(built, file), 'utf8')])
    }
    const config = configWith({ inspector: true })
    expect(await texts(config)).toEqual(await texts({ ...config, plugins: [] }))
  })
})
