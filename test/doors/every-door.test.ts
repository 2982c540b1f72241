import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { apiUrl, createMock } from '../../src/index.ts'
import { setupRicloud } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'
import type { Door, World } from './behaviour.ts'
import { killChildren, startCommand } from './child.ts'
import { frozen } from './frozen.ts'
import { suite } from './suite/index.ts'

/** Runs every behaviour through a door, each on a first morning of its own. */
function runThrough(open: (world: World) => Promise<Door> | Door, behaviours = suite): void {
  for (const { title, world = {}, run } of behaviours) {
    test(title, async () => {
      const door = await open(world)
      try {
        await run(door)
      } finally {
        await door.close()
      }
    })
  }
}

describe('The mock called directly', () => {
  runThrough((world) => {
    const mock = createMock({ ...frozen, ...world })
    return {
      token: mock.token,
      fetch: (path, init) => mock.fetch(new Request(`${apiUrl}${path}`, init)),
      close: () => {},
    }
  })
})

describe.each([
  ['the real base URL', apiUrl],
  ['a base URL of one’s own', 'http://ricloud.test:8080/'],
])('Calls of this process, intercepted at %s', (_, baseUrl) => {
  runThrough((world) => {
    const ricloud = setupRicloud({ ...frozen, ...world, baseUrl }).listen({ onUnhandledRequest: 'error' })
    return {
      token: ricloud.mock.token,
      fetch: (path, init) => fetch(`${baseUrl.replace(/\/$/, '')}${path}`, init),
      close: () => ricloud.close(),
    }
  })
})

describe('Calls of this process, intercepted by a setupServer of one’s own', () => {
  runThrough((world) => {
    const mock = createMock({ ...frozen, ...world })
    const server = setupServer(...mock.handlers)
    server.listen({
      onUnhandledRequest: ({ method, url }) => {
        throw new Error(`${method} ${url} would have left for the network.`)
      },
    })
    return {
      token: mock.token,
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
  runThrough(async (world) => {
    const server = await serve({ port: 0, ...frozen, ...world })
    return {
      token: server.token,
      fetch: (path, init) => fetch(`${server.url}${path}`, init),
      close: () => server.close(),
    }
  })
})

describe('The command line', () => {
  let server: { url: string; token: string }
  beforeAll(async () => {
    server = JSON.parse(await startCommand(['--port', '0', '--json']).line('out'))
  })
  afterAll(killChildren)

  const control = (path: string, body: object) =>
    fetch(`${server.url}/_mock${path}`, { method: 'POST', body: JSON.stringify(body) })

  runThrough(
    async () => {
      await control('/reset', {})
      await control('/clock', { freeze: true })
      return { token: server.token, fetch: (path, init) => fetch(`${server.url}${path}`, init), close: () => {} }
    },
    // It takes no options for a world of one's own.
    suite.filter(({ world }) => !world),
  )
})
