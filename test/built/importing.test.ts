import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { changes, snapshot } from './snapshot.ts'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const entryPoint = (name: string) => path(`dist/${name}.js`)

function imported(name: string, peers: readonly string[]): unknown {
  const quiet = '--disable-warning=ExperimentalWarning'
  const child = ['--import', 'tsx', path('test/built/child.ts'), entryPoint(name), ...peers]
  return JSON.parse(execFileSync(process.execPath, [quiet, ...child], { cwd: path('.'), encoding: 'utf8' }))
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
