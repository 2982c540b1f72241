import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { closedPort, held, listening, startReceiver } from './receiver.ts'
import { setupWebhook } from './world.ts'

/** Every rejection that nobody handled, and every error that nobody caught. */
const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note).on('uncaughtException', note)
})
afterEach(() => {
  process.off('unhandledRejection', note).off('uncaughtException', note)
})

/** Makes the time limit of the mock a thousandth of what it is. */
function hurry() {
  const real = AbortSignal.timeout.bind(AbortSignal)
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => real(milliseconds / 1000))
  onTestFinished(() => timeout.mockRestore())
}

/** Lets each attempt take as long as it likes, until its time is said to be up. */
function stopTimeLimit() {
  let limit = new AbortController()
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => (limit = new AbortController()).signal)
  onTestFinished(() => timeout.mockRestore())
  return { timeout, isUp: () => limit.abort(new DOMException('The time is up.', 'TimeoutError')) }
}

/** A server that does with each connection what a test says; resolves to the URL of its webhook. */
async function raw(connected: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    connected(socket.on('error', () => {}))
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${await listening(server)}/hooks`
}

/** A server that answers to the first bytes that come with these, and then does something. */
const answering = (text: string, then: (socket: Socket) => void = () => {}) =>
  raw((socket) => socket.once('data', () => socket.write(text, () => then(socket))))

interface Bad {
  readonly title: string
  readonly start: () => Promise<string>
  readonly status: number | null
  readonly error: RegExp | null
}

const statuses: Bad[] = [404, 500].map((status) => ({
  title: `answers ${status}`,
  start: async () => (await startReceiver(status)).url,
  status,
  error: new RegExp(`^status ${status}$`),
}))

const redirects: Bad[] = [302, 308].map((status) => ({
  title: `redirects with ${status}`,
  start: async () => {
    const { origin } = await startReceiver()
    const { url } = await startReceiver((_, response) => {
      response.writeHead(status, { location: `${origin}/elsewhere` }).end()
    })
    return url
  },
  status,
  error: /redirect/,
}))

const failing: Bad[] = [
  ...statuses,
  ...redirects,
  {
    title: 'is not there',
    start: async () => `http://127.0.0.1:${await closedPort()}/hooks`,
    status: null,
    error: /ECONNREFUSED/,
  },
  {
    title: 'has a port that fetch blocks',
    start: async () => 'http://127.0.0.1:6000/hooks',
    status: null,
    error: /^bad port: .* such as 6000; let the receiver listen on another, such as 8080$/,
  },
  {
    title: 'never answers',
    start: async () => {
      hurry()
      const { reply } = held()
      return (await startReceiver(reply)).url
    },
    status: null,
    error: /^no answer within 10 s$/,
  },
  {
    title: 'takes the connection, and never reads',
    start: async () => {
      hurry()
      return raw((socket) => void socket.pause())
    },
    status: null,
    error: /^no answer within 10 s$/,
  },
  {
    title: 'begins its head, and never ends it',
    start: async () => {
      hurry()
      return answering('HTTP/1.1 200 OK\r\n')
    },
    status: null,
    error: /^no answer within 10 s$/,
  },
  {
    title: 'closes at once',
    start: () => raw((socket) => void socket.end()),
    status: null,
    error: /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/,
  },
  {
    title: 'resets the connection',
    start: () => raw((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    status: null,
    error: /^(UND_ERR_SOCKET|ECONNRESET)$/,
  },
  {
    title: 'closes within its head',
    start: () => answering('HTTP/1.1 200 O', (socket) => socket.end()),
    status: null,
    error: /^(UND_ERR_SOCKET|ECONNRESET|HPE_INVALID_\w+)$/,
  },
  {
    title: 'answers with rubbish instead of HTTP',
    start: () => answering('welcome to the machine\r\n\r\n'),
    status: null,
    // Node 24 and newer give no code.
    error: /^HPE_|does not match the HTTP/,
  },
  {
    title: 'answers with a head without end',
    start: () => answering(`HTTP/1.1 200 OK\r\n${'X-Padding: 0123456789\r\n'.repeat(20_000)}`),
    status: null,
    error: /^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)$/,
  },
  {
    title: 'speaks no TLS, though it is called by https',
    start: async () => (await startReceiver()).url.replace('http:', 'https:'),
    status: null,
    error: /SSL|TLS|wrong version|packet length/i,
  },
]

const strangeButGood: Bad[] = [
  {
    title: 'answers 200 with rubbish',
    start: () => answering('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"rubbish'),
    status: 200,
    error: null,
  },
  {
    title: 'answers 200 with a body that it does not finish',
    start: () =>
      answering('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome of it', (socket) => socket.resetAndDestroy()),
    status: 200,
    error: null,
  },
  {
    title: 'answers 200 with a body that never ends',
    start: async () => {
      const { url } = await startReceiver((_, response) => {
        const part = Buffer.alloc(1 << 16, 'x')
        const more = () => {
          while (!response.destroyed && response.write(part));
        }
        response.writeHead(200).on('drain', more)
        more()
      })
      return url
    },
    status: 200,
    error: null,
  },
  {
    title: 'answers 200 with a compressed body that is none',
    start: () => answering('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n\r\nrubbish'),
    status: 200,
    error: null,
  },
  {
    title: 'answers 200 before it reads',
    start: () => raw((socket) => void socket.pause().write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')),
    status: 200,
    error: null,
  },
  {
    title: 'answers 200 with a redirect that means nothing',
    start: () => answering('HTTP/1.1 200 OK\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
    status: 200,
    error: null,
  },
]

describe.each([...failing, ...strangeButGood])('A receiver that $title', ({ start, status, error }) => {
  const isGood = error === null
  const words = isGood ? null : expect.stringMatching(error)

  it(`${isGood ? 'passes' : 'fails'} the test of a config, and the task says why`, async () => {
    const { post } = setupWebhook({ url: await start() })
    const { body } = await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '10' })
    expect([body.state, body.error]).toEqual([isGood ? 'succeeded' : 'failed', words])
  })

  it(`makes a new config ${isGood ? 'valid' : 'invalid'}`, async () => {
    const { post, get, quiet } = setupWebhook({ url: 'http://127.0.0.1:1' })
    const { body } = await post('/configs/webhook', { url: await start() })
    await quiet()
    expect([body.state, (await get(`/configs/webhook/${body.id}`)).body.state]).toEqual([
      'new',
      isGood ? 'valid' : 'invalid',
    ])
  })

  it(`${isGood ? 'is delivered to' : 'is tried again'}, and the attempt says why`, async () => {
    const { mock, end, quiet } = setupWebhook({ url: await start() })
    await end()
    await quiet()
    expect(mock.webhooks.deliveries).toMatchObject([
      { state: isGood ? 'delivered' : 'pending', attempts: [{ status, error: words }] },
    ])
  })

  it('leaves no unhandled rejection, and the mock goes on answering', async () => {
    const { end, quiet, get } = setupWebhook({ url: await start() })
    await end()
    await quiet()
    await new Promise((resolve) => setImmediate(resolve))
    expect([unhandled, (await get('/organisation')).status]).toEqual([[], 200])
  })
})

describe('A redirect', () => {
  it.each([301, 302, 303, 307, 308])('with %i is not followed', async (status) => {
    const elsewhere = await startReceiver()
    const receiver = await startReceiver((_, response) => {
      response.writeHead(status, { location: elsewhere.url }).end()
    })
    const { mock, end } = setupWebhook(receiver)
    await end()
    await mock.clock.advance('3h')
    expect([receiver.received.length, elsewhere.received.length]).toEqual([5, 0])
  })
})

describe('A connection that is kept alive', () => {
  /** A receiver that answers the first request of each connection, and closes it in place of an answer to the second. */
  const closingLater = (end: (socket: Socket) => void) =>
    raw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n')
        socket.once('data', () => end(socket))
      })
    })

  it.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('and %s by its receiver after an answer costs no attempt', async (_, close) => {
    const { mock } = setupWebhook({ url: await closingLater(close) }, { settings: { events: ['user.*'] } })
    for (const action of ['user.deactivate', 'user.reactivate', 'user.block', 'user.reactivate'] as const) {
      mock.actions[action]({ where: { id: 1 } })
    }
    await mock.clock.advance('0s')
    expect(mock.webhooks.deliveries.map(({ attempts }) => attempts.map(({ status }) => status))).toEqual(
      Array(4).fill([200]),
    )
  })

  it('and closed without an answer also when it is new is tried again once, and then costs the attempt', async () => {
    let connections = 0
    const url = await raw((socket) => {
      connections++
      socket.once('data', () => socket.resetAndDestroy())
    })
    const { mock, end, quiet } = setupWebhook({ url })
    await end()
    await quiet()
    expect([connections, mock.webhooks.deliveries[0]?.attempts.length]).toEqual([2, 1])
  })
})

describe('The time limit', () => {
  it('is 10 seconds', async () => {
    const { timeout } = stopTimeLimit()
    const { end, quiet } = setupWebhook(await startReceiver())
    await end()
    await quiet()
    expect(timeout.mock.calls).toEqual([[10_000]])
  })

  it('begins with each attempt', async () => {
    const { isUp } = stopTimeLimit()
    const receiver = await startReceiver(isUp, 200)
    const { mock, end } = setupWebhook(receiver)
    await end()
    await mock.clock.advance('1m')
    expect(mock.webhooks.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([null, 200])
  })

  it('lets the next webhook of the config take its turn', async () => {
    const { isUp } = stopTimeLimit()
    const receiver = await startReceiver(isUp, 200)
    const { end, quiet, events } = setupWebhook(receiver)
    await end('active')
    await end('relay')
    await quiet()
    expect((await events()).map(({ state }: { state: string }) => state)).toEqual(['pending', 'delivered'])
  })

  it('does not move a frozen clock', async () => {
    hurry()
    const { reply } = held()
    const { mock, end, quiet } = setupWebhook(await startReceiver(reply))
    await end()
    await quiet()
    expect(mock.clock.now()).toBe('2020-02-20T12:00:00.000000Z')
  })
})
