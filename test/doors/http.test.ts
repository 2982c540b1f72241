import { EventEmitter } from 'node:events'
import { type IncomingMessage, Server } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import type { Answer } from '../../src/engine/http/exchange.ts'
import { collector, natives } from '../support/v8.ts'
import { bounded, until } from '../support/wait.ts'
import { exchange, written } from './raw.ts'
import { answering, ask, authorised, Line, limited, plain, started, statusOf } from './servers.ts'

const get = (target: string, headers: Readonly<Record<string, string>> = {}) =>
  written('GET', target, { headers: { ...authorised, ...headers } })
const post = (target: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
  written('POST', target, { headers: { ...authorised, ...headers }, body })

/** Answers with the body of the call, and records the calls. */
function echo() {
  const called: string[] = []
  const mock = answering(({ method, url, body }) => {
    called.push(`${method} ${url}`)
    return method === 'GET' ? plain(url) : body(1000).then((text) => plain(text ?? 'too large'))
  })
  return { mock, called }
}

describe('HTTP/1.1 as clients speak it', () => {
  test('HEAD has the length of GET, and no body', async () => {
    const server = await limited()
    const line = new Line(server.url).write(
      Buffer.concat([written('HEAD', '/key', { headers: authorised }), get('/key')]),
    )
    const heads = (await line.until('}')).split('HTTP/1.1 ').slice(1)
    const lengths = heads.map((text) => /content-length: (\d+)/i.exec(text)?.[1])
    expect([lengths[0], heads[0]?.endsWith('\r\n\r\n')]).toEqual([lengths[1], true])
  })

  test('Pipelined calls are answered in their order, however long each takes', async () => {
    const respond = ({ url }: { url: string }) =>
      new Promise<Answer>((done) => setTimeout(done, url === '/slow' ? 40 : 0, plain(url)))
    const server = await limited({}, answering(respond))
    const answers = await exchange(server.url, Buffer.concat(['/slow', '/a', '/slow', '/b'].map((url) => get(url))), 4)
    expect(answers.map(({ body }) => body)).toEqual(['/slow', '/a', '/slow', '/b'])
  })

  test('Calls that come together on many connections are answered, each once', async () => {
    const { mock, called } = echo()
    const server = await limited({}, mock)
    const targets = Array.from({ length: 100 }, (_, i) => `/${i}`)
    const lines = targets.map(() => new Line(server.url))
    await Promise.all(lines.map(({ socket }) => new Promise((connected) => socket.once('connect', connected))))
    for (const [i, line] of lines.entries()) line.write(post(targets[i] as string, `body ${i}`))
    await Promise.all(lines.map((line, i) => line.until(`body ${i}`)))
    expect(called.map((call) => call.slice('POST '.length)).sort()).toEqual([...targets].sort())
    expect(lines.map(({ received }) => received.split('HTTP/1.1').length)).toEqual(targets.map(() => 2))
  })

  test.each(['empty', 'truncated'] as const)(
    'A call before one whose answer is %s is answered first',
    async (close) => {
      const respond = ({ url }: { url: string }) => (url === '/last' ? { ...plain('last'), close } : plain(url))
      const server = await limited({}, answering(respond))
      const received = await new Line(server.url).write(Buffer.concat([get('/first'), get('/last')])).closed()
      expect(received).toContain('/first')
    },
  )

  test('A call that is answered before its broken body came is answered once, and the connection closed', async () => {
    const server = await limited(
      {},
      answering(() => plain('unread')),
    )
    const broken = written('POST', '/', { headers: { 'transfer-encoding': 'chunked' }, body: 'zz\r\n' })
    const received = await new Line(server.url).write(broken).closed()
    expect(received.match(/HTTP\/1.1 \d+|unread/g)).toEqual(['HTTP/1.1 200', 'unread', 'HTTP/1.1 400'])
  })

  test('What takes the body of a request is allocated among the young objects, which are soon free', async () => {
    const requests: IncomingMessage[] = []
    const spy = vi.spyOn(Server.prototype, 'emit').mockImplementation(function (this: Server, ...event: unknown[]) {
      if (event[0] === 'request') requests.push(event[1] as IncomingMessage)
      return Reflect.apply(EventEmitter.prototype.emit, this, event)
    })
    const { isYoung } = natives()
    const { mock } = echo()
    const server = await limited({}, mock)
    for (let i = 0; i < 5; i++) await ask(server, 'POST', '/', {}, 'body')
    spy.mockRestore()
    const taking = requests.filter((request) => Object.hasOwn(request, 'push')).map(({ push }) => push)
    // Some may have become old meanwhile.
    expect([taking.length, taking.some((take) => isYoung(take))]).toEqual([5, true])
  })

  test('What follows on the connection is read after calls with and without a body, wherever it is not asked for', async () => {
    const { mock, called } = echo()
    const server = await limited({}, mock)
    const chunked = { 'transfer-encoding': 'chunked' }
    const requests = [
      get('/none'),
      written('GET', '/sized', { body: 'x'.repeat(100_000) }),
      get('/none'),
      written('GET', '/chunked', { headers: chunked, body: '1\r\nx\r\n0\r\n\r\n' }),
      written('GET', '/empty', { body: '' }),
      post('/sent', 'sent'),
      get('/none'),
    ]
    const expected = ['/none', '/sized', '/none', '/chunked', '/empty', 'sent', '/none']
    const answers = await exchange(server.url, Buffer.concat(requests), requests.length)
    expect(answers.map(({ body }) => body)).toEqual(expected)
    const line = new Line(server.url)
    for (const [i, request] of requests.entries()) {
      line.received = ''
      await line.write(request).until(expected[i] as string)
    }
    expect(called).toHaveLength(2 * requests.length)
  })

  test('A connection that waits for its next call does not keep the body of the last one', async () => {
    const length = 4_000_000
    const server = await limited(
      {},
      answering(async ({ body }) => plain(`${(await body(length))?.length} were read`)),
    )
    const sent = post('/', 'x'.repeat(length))
    const collect = collector()
    const held = () => {
      collect()
      return process.memoryUsage().arrayBuffers
    }
    const before = held()
    for (let i = 0; i < 5; i++) await new Line(server.url).write(sent).until('were read')
    await until(() => held() - before < length, 'The bodies were kept')
  })

  test('A call before what is no HTTP is answered first', async () => {
    const server = await limited(
      {},
      answering(async () => plain('first')),
    )
    const answers = await exchange(server.url, Buffer.concat([get('/'), Buffer.from('no request\r\n\r\n')]), 2)
    expect(answers.map(({ status }) => status)).toEqual([200, 400])
  })

  test('A call before one whose body is broken is answered first', async () => {
    const { mock } = echo()
    const server = await limited({}, mock)
    const broken = written('POST', '/', { headers: { 'transfer-encoding': 'chunked' }, body: 'zz\r\n' })
    const answers = await exchange(server.url, Buffer.concat([get('/first'), broken]), 2)
    expect(answers.map(({ status }) => status)).toEqual([200, 400])
  })

  test('A chunked body that comes byte by byte is read', async () => {
    const { mock } = echo()
    const server = await limited({}, mock)
    const line = new Line(server.url)
    line.socket.setNoDelay(true)
    for (const byte of written('POST', '/', {
      headers: { 'transfer-encoding': 'chunked' },
      body: '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    })) {
      line.write(Buffer.from([byte]))
      await new Promise(setImmediate)
    }
    expect(await line.until('abcde')).toContain('HTTP/1.1 200')
  })

  test.each([
    ['in one piece', 5],
    ['larger than what Node reads ahead', 200_000],
  ])('A body %s is whole, however late it is read', async (_, length) => {
    let read = () => {}
    const asked = new Promise<void>((go) => (read = go))
    const late = answering(async ({ body }) => {
      await asked
      return plain(`${(await body(1_000_000))?.length} were read`)
    })
    const line = new Line((await limited({}, late)).url).write(post('/', 'x'.repeat(length)).subarray(0, -2))
    await new Promise((sent) => setTimeout(sent, 50))
    read()
    await new Promise(setImmediate)
    line.write('xx')
    expect(await line.until('read')).toContain(`${length} were read`)
  })

  test('A body that ends with the connection is an error for what reads it', async () => {
    let failed = (_error: unknown) => {}
    const failure = new Promise((fail) => (failed = fail))
    const reading = answering(({ body }) =>
      body(1000).then(
        (text) => plain(String(text)),
        (error) => {
          failed(error)
          return plain('cut')
        },
      ),
    )
    const line = new Line((await limited({}, reading)).url).write(post('/', 'abcde').subarray(0, -2))
    await new Promise((sent) => setTimeout(sent, 50))
    line.socket.resetAndDestroy()
    expect(await failure).toMatchObject({ code: 'invalid-body', message: 'The body ended before it was complete.' })
  })

  test('A body that is read after the connection ended within it is an error', async () => {
    let read = () => {}
    const asked = new Promise<void>((go) => (read = go))
    let outcome: Promise<unknown> | undefined
    const late = answering(async ({ body }) => {
      await asked
      outcome = body(1000)
      return plain(String(await outcome))
    })
    const line = new Line((await limited({}, late)).url).write(post('/', 'abcde').subarray(0, -2))
    await new Promise((sent) => setTimeout(sent, 50))
    line.socket.resetAndDestroy()
    await new Promise((ended) => setTimeout(ended, 50))
    read()
    await new Promise(setImmediate)
    await expect(bounded(outcome as Promise<unknown>, 'The body was not given up')).rejects.toMatchObject({
      code: 'invalid-body',
    })
  })

  test('A body that ends with the connection is an error, although an earlier one was read late', async () => {
    let read = () => {}
    const asked = new Promise<void>((go) => (read = go))
    const bodies = new Map<string, Promise<unknown>>()
    const late = answering(async ({ url, body }) => {
      if (url === '/first') await asked
      const outcome = body(1000)
      bodies.set(url, outcome)
      return plain(String(await outcome))
    })
    const line = new Line((await limited({}, late)).url)
    line.write(Buffer.concat([post('/first', 'whole'), post('/second', 'abcde').subarray(0, -2)]))
    await until(() => bodies.has('/second'), 'No second call came')
    read()
    expect(await line.until('whole')).toContain('HTTP/1.1 200')
    line.socket.resetAndDestroy()
    await expect(bounded(bodies.get('/second') as Promise<unknown>, 'The body was not given up')).rejects.toMatchObject(
      {
        code: 'invalid-body',
      },
    )
  })

  test('A client that has no more to say still gets its answer', async () => {
    const server = await limited()
    const line = new Line(server.url).write(get('/key'))
    line.socket.end()
    expect(await line.closed()).toContain('HTTP/1.1 200')
  })

  test.each([64, 128])('A client that ends after a call of exactly %i KiB still gets its answer', async (size) => {
    const server = await limited(
      {},
      answering(async ({ body }) => plain(`${(await body(1_000_000))?.length} were read`)),
    )
    let length = size * 1024
    while (post('/', 'x'.repeat(length)).length > size * 1024) length--
    const line = new Line(server.url)
    line.socket.end(post('/', 'x'.repeat(length)))
    expect(await line.closed()).toContain(`${length} were read`)
  })

  test('HTTP/1.0 is answered, and the connection closed', async () => {
    const { mock } = echo()
    const line = new Line((await limited({}, mock)).url).write('GET /old HTTP/1.0\r\n\r\n')
    expect(await line.closed()).toMatch(/^HTTP\/1\.1 200 .*\/old$/s)
  })

  test('An upgrade to an unknown protocol is an ordinary call', async () => {
    const server = await limited()
    expect(await statusOf(ask(server, 'GET', '/key', { connection: 'upgrade', upgrade: 'websocket' }))).toBe(200)
  })

  test('CONNECT is not found', async () => {
    const line = new Line((await limited({ lingerMilliseconds: 20 })).url)
    expect(await line.write('CONNECT a.test:443 HTTP/1.1\r\nhost: a.test\r\n\r\n').closed()).toMatch(
      /^HTTP\/1\.1 404 .*"error":"not-found"/s,
    )
  })
})

describe('CONNECT after other calls', () => {
  test.each([
    ['at once', async (url: string) => plain(url)],
    ['later', async (url: string) => new Promise<Answer>((done) => setTimeout(done, 20, plain(url)))],
  ])('is not found after those which are answered %s', async (_, respond) => {
    const server = await limited(
      { lingerMilliseconds: 20 },
      answering(({ url }) => respond(url)),
    )
    const connecting = Buffer.from('CONNECT a.test:443 HTTP/1.1\r\nhost: a.test\r\n\r\n')
    const received = await new Line(server.url).write(Buffer.concat([get('/a'), get('/b'), connecting])).closed()
    expect(received.match(/HTTP\/1.1 \d+|^\/\w/gm)).toEqual([
      ...['HTTP/1.1 200', '/a'],
      ...['HTTP/1.1 200', '/b'],
      'HTTP/1.1 404',
    ])
  })
})

describe('Expect: 100-continue', () => {
  const waiting = { expect: '100-continue' }

  test('The client gets 100 Continue, and then an answer', async () => {
    const { mock } = echo()
    const line = new Line((await limited({}, mock)).url)
    line.write(written('POST', '/', { headers: { ...waiting, 'content-length': '4' } }))
    await line.until('HTTP/1.1 100 Continue\r\n\r\n')
    expect(await line.write('body').until('body')).toContain('HTTP/1.1 200')
  })

  test('The connection serves on', async () => {
    const { mock } = echo()
    const answers = await exchange(
      (await limited({}, mock)).url,
      Buffer.concat([post('/', 'a', waiting), get('/b')]),
      2,
    )
    expect(answers.map(({ body }) => body)).toEqual(['a', '/b'])
  })

  test.each([
    ['too large', { 'content-length': '2000' }, 'HTTP/1.1 200'],
    ['for a foreign host', { 'content-length': '4', host: 'evil.test' }, 'HTTP/1.1 403'],
  ])('A body that is %s is not asked for, and the connection ends', async (_, headers, start) => {
    const { mock } = echo()
    const line = new Line((await limited({}, mock)).url)
    line.write(written('POST', '/', { headers: { ...waiting, ...headers } }))
    expect((await line.closed()).startsWith(start)).toBe(true)
  })
})

describe('An upload that is aborted', () => {
  test.each([
    ['within its body', 'POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"identifier":'],
    ['before its body', 'POST /users HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n'],
  ])('%s is nobody’s bug, and changes nothing', async (_, start) => {
    const server = await limited()
    const line = new Line(server.url).write(start)
    await new Promise((later) => setTimeout(later, 10))
    line.socket.resetAndDestroy()
    const { body } = await ask(server, 'GET', '/users')
    expect([server.logged, JSON.parse(body).total_count]).toEqual([[], 3])
  })
})

describe('A bug of ours', () => {
  const failing = answering(() => Promise.reject(new Error('at secret.ts:1')))

  test('is answered with a 500 that shows no stack', async () => {
    const { status, body } = await ask(await limited({}, failing), 'GET', '/')
    expect([status, JSON.parse(body)]).toEqual([
      500,
      {
        error: 'internal-server-error',
        message: 'ricloud-mock itself failed on this call: a bug of the mock, not of the API.',
      },
    ])
  })

  test('is logged with its stack', async () => {
    const server = await limited({}, failing)
    await ask(server, 'GET', '/a')
    expect(server.logged).toEqual([expect.stringMatching(/^GET \/a failed: Error: at secret\.ts:1\n\s+at /)])
  })

  test('does not end the server, even where the log fails too', async () => {
    const log = () => {
      throw new Error('The log failed.')
    }
    const server = await started({ log })
    vi.spyOn(server.mock, 'respond').mockRejectedValueOnce(new Error('A bug.'))
    expect([await statusOf(ask(server, 'GET', '/key')), await statusOf(ask(server, 'GET', '/key'))]).toEqual([500, 200])
  })

  test.each([
    ['a header that cannot be sent', { ...plain('a'), headers: { a: 'b\r\nc: d' } }],
    ['a status that is none', { ...plain('a'), status: 7 }],
  ])('as %s is answered with a 500', async (_, answer) => {
    expect(
      await statusOf(
        ask(
          await limited(
            {},
            answering(async () => answer),
          ),
          'GET',
          '/',
        ),
      ),
    ).toBe(500)
  })
})
