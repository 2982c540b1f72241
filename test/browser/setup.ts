import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import type { TestProject } from 'vitest/node'
import { buildInto, bundleScript } from '../support/bundle.ts'
import { browserOptions } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of a run of the tests is reached. */
    readonly browser: string
    /** The folder of what the pages of a run load: `package` as published, and a script for each page. */
    readonly built: string
  }
}

/** The msw of the page, as vitest.config.ts has it for the tests. */
const { MSW: msw = 'msw' } = process.env

/** Whether dist is known to be of these sources: set after a build. */
const { BUILT } = process.env

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds the inspector where the server finds it, unless it is newer than its sources. */
async function buildInspector(): Promise<void> {
  const sources = readdirSync(`${root}src/inspector`, { recursive: true, encoding: 'utf8' })
  const changed = Math.max(...sources.map((name) => statSync(`${root}src/inspector/${name}`).mtimeMs))
  const page = statSync(`${root}dist/inspector/index.html`, { throwIfNoEntry: false })
  if (!page || page.mtimeMs <= changed) await buildInto(`${root}dist/inspector`, 'client')
}

/** Starts one browser, and builds once what its pages load, for each run of the tests. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  // Within node_modules msw is found, as it is beside the installed package.
  const folder = mkdtempSync(join(root, 'node_modules', '.ricloud-mock-'))
  const server = await chromium.launchServer(browserOptions)
  if (BUILT) cpSync(join(root, 'dist'), join(folder, 'package'), { recursive: true })
  else {
    await buildInspector()
    await buildInto(join(folder, 'package'), 'entries')
    await buildInto(join(folder, 'package'), 'inspector')
  }
  for (const name of ['page', 'page-inspector'])
    writeFileSync(join(folder, `${name}.js`), await bundleScript(join(import.meta.dirname, `${name}.ts`), { msw }))
  provide('browser', server.wsEndpoint())
  provide('built', folder)
  return async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
