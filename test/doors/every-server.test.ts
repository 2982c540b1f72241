import { afterAll, beforeAll, describe } from 'vitest'
import { serve } from '../../src/standalone.ts'
import { useWitness } from '../evidence/coverage.ts'
import type { World } from './behaviour.ts'
import { program } from './bundled.ts'
import { killChildren, startCommand } from './child.ts'
import { frozen } from './frozen.ts'
import { suite } from './suite/index.ts'
import { runThrough } from './through.ts'

const note = useWitness('test/doors/every-server.test.ts')

describe('The server', () => {
  runThrough(note, 'server', async (world) => {
    const server = await serve({ port: 0, ...frozen, ...world })
    return {
      token: server.token,
      origin: server.url,
      fetch: (path, init) => fetch(`${server.url}${path}`, init),
      close: () => server.close(),
    }
  })
})

describe('The command line', () => {
  let server: { url: string; token: string }
  beforeAll(async () => {
    server = JSON.parse(await startCommand(['--port', '0', '--json'], program).line('out'))
  })
  afterAll(killChildren)

  /** Goes to the initial state; a world of one's own comes as a scenario. */
  async function begin({ fixtures, settings }: World) {
    const scenario = { scenario: 'of-a-behaviour', clock: frozen.clock, fixtures, settings }
    const { ok } = await fetch(`${server.url}/_mock/scenario`, { method: 'PUT', body: JSON.stringify(scenario) })
    if (!ok) throw new Error('The command did not take the scenario.')
  }

  runThrough(
    note,
    'command',
    async (world) => {
      await begin(world)
      const { url, token } = server
      return { token, origin: url, fetch: (path, init) => fetch(`${url}${path}`, init), close: () => {} }
    },
    // A scenario fixes no dialect.
    suite.filter(({ world }) => !world?.dialect),
  )
})
