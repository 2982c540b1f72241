import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killChildren, startCommand } from '../doors/child.ts'
import { changes, snapshot } from './snapshot.ts'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const entryPoint = (name: string) => path(`dist/${name}.js`)

/** Below node_modules, so that packages are found from there. */
let folder: string
const child = () => join(folder, 'child.mjs')

// tsx would read all that the script imports.
beforeAll(async () => {
  const cache = join(realpathSync(path('node_modules')), '.cache/ricloud-mock')
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'importing-'))
  await build({ input: path('test/built/child.ts'), platform: 'node', external: /^[^./]/, output: { file: child() } })
})
afterAll(() => rmSync(folder, { recursive: true }))

function imported(name: string, peers: readonly string[]): unknown {
  const quiet = '--disable-warning=ExperimentalWarning'
  const program = [quiet, child(), entryPoint(name), ...peers]
  return JSON.parse(execFileSync(process.execPath, program, { cwd: path('.'), encoding: 'utf8' }))
}

describe.each([['index', 'msw'], ['node', 'msw', 'msw/node'], ['standalone'], ['playwright', '@playwright/test']])(
  'Importing the entry point %s',
  (name, ...peers) => {
    it('changes nothing outside, and leaves the zod of the host as it is', () => {
      expect(imported(name, peers)).toEqual({ changed: [], compiledByMock: 0, isHostCompiled: true })
    })
  },
)

it('Importing the entry point vitest changes nothing outside but the matchers of expect', async () => {
  // The host has imported msw itself, of which version 3 defines globals.
  await Promise.all([import('msw'), import('msw/node')])
  const before = snapshot()
  await import(entryPoint('vitest'))
  expect(changes(before, snapshot())).toEqual([])
})

const importing = (file: string) => `
  import http from 'node:http'
  const before = { fetch, request: http.request, Date, setTimeout }
  // Loading modules has pipes and files of its own, which come and go.
  const started = () => process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|TCP|UDP|FSEvent/.test(name)).sort().join()
  const resources = started()
  const { createMock } = await import(${JSON.stringify(file)})
  const imported = started()
  const mock = createMock()
  console.log(JSON.stringify({
    patched: Object.entries({ fetch, request: http.request, Date, setTimeout })
      .filter(([name, value]) => before[name] !== value)
      .map(([name]) => name),
    startedByImport: imported === resources ? [] : [resources, imported],
    token: mock.token,
  }))`

it('Importing the mock and making one patches nothing, starts nothing and keeps no process alive', async () => {
  // msw looks for localStorage, of which Node 26 warns.
  const quiet = '--disable-warning=ExperimentalWarning'
  const child = startCommand([], [quiet, '--input-type=module', '--eval', importing(entryPoint('index'))])
  const { code, out, err } = await child.ended()
  expect({ code, err, out: JSON.parse(out) }).toEqual({
    code: 0,
    err: '',
    out: { patched: [], startedByImport: [], token: 'ricloud-mock-token' },
  })
})

afterAll(killChildren)
