import { setupServer } from 'msw/node'
import { describe } from 'vitest'
import { apiUrl, createMock } from '../../src/index.ts'
import { setupRicloud } from '../../src/node.ts'
import { useWitness } from '../evidence/coverage.ts'
import type { World } from './behaviour.ts'
import { frozen } from './frozen.ts'
import { suite } from './suite/index.ts'
import { lists } from './suite/lists.ts'
import { wire } from './suite/wire.ts'
import { runThrough } from './through.ts'

const note = useWitness('test/doors/every-door.test.ts')

describe('The mock called directly', () => {
  runThrough(note, 'fetch', (world) => {
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
  runThrough(note, 'node', open, behaviours)
})

describe('Calls of this process, intercepted by a setupServer of one’s own', () => {
  runThrough(note, 'handlers', (world) => {
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
