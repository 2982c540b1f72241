import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { apiUrl, createMock } from '../../src/index.ts'
import { setupRicloud } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'
import { useWitness } from '../evidence/coverage.ts'
import type { World } from './behaviour.ts'
import { program } from './bundled.ts'
import { killChildren, startCommand } from './child.ts'
import { frozen } from './frozen.ts'
import type { DoorName } from './names.ts'
import { suite } from './suite/index.ts'
import { lists } from './suite/lists.ts'
import { wire } from './suite/wire.ts'
import { type PlacedDoor, watched } from './watched.ts'

const note = useWitness('npm test')

/** Runs every behaviour through a door, each from the initial state; what one sees counts once it passes. */
function runThrough(
  name: DoorName,
  open: (world: World) => Promise<PlacedDoor> | PlacedDoor,
  behaviours = suite,
): void {
  for (const { title, world = {}, run } of behaviours) {
    test(title, async () => {
      const seen = new Set<string>()
      const door = await open(world)
      try {
        await run(watched(door, seen))
      } finally {
        await door.close()
      }
      note(name, seen)
    })
  }
}

describe('The mock called directly', () => {
  runThrough('fetch', (world) => {
    const mock = createMock({ ...frozen, ...world })
    return {
      token: mock.token,
      origin: '',
      fetch: (path, init) => mock.fetch(new Request(`${apiUrl}${path}`, init)),
      close: () => {},
    }
  })
})

describe.each([
  ['the real base URL', apiUrl, suite],
  // What the base URL decides is which calls are intercepted: calls of every form show that.
  ['a base URL of one’s own', 'http://ricloud.test:8080/', [...wire, ...lists]],
])('Calls of this process, intercepted at %s', (_, baseUrl, behaviours) => {
  const { origin } = new URL(baseUrl)
  const open = (world: World) => {
    const ricloud = setupRicloud({ ...frozen, ...world, baseUrl }).listen({ onUnhandledRequest: 'error' })
    return {
      token: ricloud.mock.token,
      origin,
      fetch: (path: string, init?: RequestInit) => fetch(`${origin}${path}`, init),
      close: () => ricloud.close(),
    }
  }
  runThrough('node', open, behaviours)
})

describe('Calls of this process, intercepted by a setupServer of one’s own', () => {
  runThrough('handlers', (world) => {
    const mock = createMock({ ...frozen, ...world })
    const server = setupServer(...mock.handlers)
    server.listen({
      onUnhandledRequest: ({ method, url }) => {
        throw new Error(`${method} ${url} would have left for the network.`)
      },
    })
    return {
      token: mock.token,
      origin: apiUrl,
      fetch: (path, init) => {
        // The handlers are the API's; the control routes are reached by the mock itself.
        if (path.startsWith('/_mock')) return mock.fetch(new Request(`${apiUrl}${path}`, init))
        return fetch(`${apiUrl}${path}`, init)
      },
      close: () => server.close(),
    }
  })
})

describe('The server', () => {
  runThrough('server', async (world) => {
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
