import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Ricloud, type RicloudOptions, setupRicloud } from '../../src/node.ts'
import { frozen } from './frozen.ts'

const opened: Ricloud[] = []
afterEach(() => {
  for (const ricloud of opened.splice(0)) ricloud.close()
})

function setup(options: RicloudOptions = {}): Ricloud {
  const ricloud = setupRicloud({ ...frozen, ...options })
  opened.push(ricloud)
  return ricloud
}

/** An msw server of the application, closed with the test. */
function foreign() {
  const server = setupServer(http.get('http://other.test/', () => HttpResponse.text('of its own')))
  let listens = false
  const close = () => {
    if (listens) server.close()
    listens = false
  }
  const listen = () => {
    // msw 3 has another name for it.
    server.listen({ onUnhandledRequest: 'bypass', ...({ onUnhandledFrame: 'bypass' } as object) })
    listens = true
  }
  onTestFinished(close)
  return { server, listen, close }
}

/** What answers the API, and what the application's host: a status, or null where nothing does. */
async function answers(): Promise<unknown[]> {
  const statusOf = (url: string) =>
    fetch(url, { headers: { authorization: 'Token ricloud-mock-token' } }).then(
      ({ status }) => status,
      () => null,
    )
  // A name that never resolves: what nobody answers fails without a network.
  return [await statusOf('http://ricloud.invalid/key'), await statusOf('http://other.test/')]
}
const baseUrl = 'http://ricloud.invalid'

test('Closing the msw server of a mock ends its interception, and another one can listen', () => {
  const first = setup({ baseUrl }).listen()
  first.server.close()
  const other = foreign()
  expect(() => other.listen()).not.toThrow()
  other.close()
  expect(() => setup({ baseUrl }).listen()).not.toThrow()
})

describe('Beside an msw server of the application', () => {
  const ways = /setupRicloud\(\{ server: yours \}\).*createMock\(\)\.handlers/

  test('listen refuses and names two ways that work, and the other server goes on', async () => {
    const other = foreign()
    other.listen()
    expect(() => setup({ baseUrl }).listen()).toThrow(ways)
    expect(await answers()).toEqual([null, 200])
  })

  test('listen works once the other server is closed', async () => {
    const other = foreign()
    other.listen()
    const ricloud = setup({ baseUrl })
    expect(() => ricloud.listen()).toThrow(ways)
    other.close()
    ricloud.listen()
    expect(await answers()).toEqual([200, null])
  })

  test('the listen of the other server refuses while the mock listens, which goes on', async () => {
    setup({ baseUrl }).listen()
    const other = foreign()
    expect(other.listen).toThrow(ways)
    expect(await answers()).toEqual([200, null])
  })

  test('the other server listens once the mock is closed', async () => {
    setup({ baseUrl }).listen().close()
    foreign().listen()
    expect(await answers()).toEqual([null, 200])
  })
})

describe('With the msw server of the application', () => {
  test.each(['before', 'after'])('both answer where the mock listens %s it', async (order) => {
    const other = foreign()
    const ricloud = setup({ baseUrl, server: other.server })
    if (order === 'before') ricloud.listen()
    other.listen()
    if (order === 'after') ricloud.listen()
    expect(await answers()).toEqual([200, 200])
  })

  test('both answer after its handlers were reset', async () => {
    const other = foreign()
    other.listen()
    setup({ baseUrl, server: other.server }).listen()
    other.server.resetHandlers()
    expect(await answers()).toEqual([200, 200])
  })

  test('a reset of the mock leaves its handlers', async () => {
    const other = foreign()
    other.listen()
    const ricloud = setup({ baseUrl, server: other.server }).listen()
    other.server.use(http.get('http://other.test/', () => new HttpResponse(null, { status: 418 })))
    ricloud.reset()
    expect(await answers()).toEqual([200, 418])
  })

  test('only it answers once the mock is closed, and both if the mock listens again', async () => {
    const other = foreign()
    other.listen()
    const ricloud = setup({ baseUrl, server: other.server }).listen()
    ricloud.close()
    expect(await answers()).toEqual([null, 200])
    ricloud.listen()
    expect(await answers()).toEqual([200, 200])
  })

  test('a catch-all handler of its own does not hide the mock', async () => {
    const other = foreign()
    other.server.resetHandlers(http.all('*', () => new HttpResponse(null, { status: 404 })))
    other.listen()
    setup({ baseUrl, server: other.server }).listen()
    expect(await answers()).toEqual([200, 404])
  })

  test('onUnhandledRequest is refused, since its own listen decides that', () => {
    const ricloud = setup({ server: foreign().server })
    expect(() => ricloud.listen({ onUnhandledRequest: 'error' })).toThrow(
      'onUnhandledRequest is an option of the listen() of your msw server, which decides it.',
    )
  })

  test('anything else as server is refused', () => {
    expect(() => setupRicloud({ server: {} as never })).toThrow(
      'Failed to create the mock: server must be what setupServer() of msw/node returned, got an object.',
    )
  })

  test('msw 3 is refused where Node is too old for it', () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    const msw3 = { readyState: 0, resetHandlers: () => {}, listHandlers: () => [] }
    const listen = () => setup({ server: msw3 as never }).listen()
    if (major > 22 || (major === 22 && minor >= 12)) expect(listen).not.toThrow()
    else expect(listen).toThrow(/^msw 3 needs Node 22\.12 or newer, and this is Node .*: install msw 2 \(.*\)/)
  })
})

test('A second copy of the package is refused as a second mock is', async () => {
  setup().listen()
  vi.resetModules()
  const copy = await import('../../src/node.ts')
  expect(copy.setupRicloud).not.toBe(setupRicloud)
  expect(() => copy.setupRicloud(frozen).listen()).toThrow(/^Another setupRicloud\(\) listens in this process already/)
})

test('A mock that was refused is as it was: it may be closed, and listen later', async () => {
  const first = setup({ baseUrl }).listen()
  const second = setup({ baseUrl })
  expect(() => second.listen()).toThrow()
  second.close()
  expect((await fetch(`${baseUrl}/key`, { headers: { authorization: `Token ${first.mock.token}` } })).status).toBe(200)
  first.close()
  second.listen()
  expect((await answers())[0]).toBe(200)
})
