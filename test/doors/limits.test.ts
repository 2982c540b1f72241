import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connectionsAllowed } from '../../src/server/open-files.ts'
import { until } from '../support/wait.ts'
import { makeFolder } from './bundled.ts'
import { written } from './raw.ts'
import { answering, ask, authorised, Line, limited, plain, statusOf } from './servers.ts'

/** Limits that a test can wait for, where something is to be cut off; a refused client still has the time to read why. */
const short = { headersTimeout: 40, requestTimeout: 60, connectionsCheckingInterval: 10, lingerMilliseconds: 500 }

/** Limits within which a request arrives on a busy machine too. */
const longer = { ...short, headersTimeout: 1000, requestTimeout: 1500 }

const startOfHead = 'POST /users HTTP/1.1\r\nhost: localhost\r\n'
const startOfBody = `${startOfHead}authorization: ${authorised.authorization}\r\ncontent-length: 100\r\n\r\n{`

/** Writes a piece now and then, until the connection is closed. */
function drip(line: Line, piece: string): void {
  const timer = setInterval(() => line.write(piece), 5)
  line.socket.on('close', () => clearInterval(timer))
}

describe('Who takes too long is cut off', () => {
  const tooSlow = { error: 'invalid-body', message: 'The request took too long to arrive.' }
  const bodyOf = (text: string) => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))

  test.each([
    ['A silent connection', '', ''],
    ['A connection that stops within its headers', startOfHead, ''],
    ['A connection that drips its headers', startOfHead, 'a: b\r\n'],
    ['A connection that drips one endless header', `${startOfHead}a: `, 'b'],
    ['A connection that stops within its body', startOfBody, ''],
    ['A connection that drips its body', startOfBody, ' '],
  ])('%s gets a 400 and is closed', async (_, start, piece) => {
    const server = await limited(short)
    const line = new Line(server.url).write(start)
    if (piece) drip(line, piece)
    const received = await line.closed()
    expect([received.split('\r\n')[0], bodyOf(received)]).toEqual(['HTTP/1.1 400 Bad Request', tooSlow])
  })

  test('What drips in after the 400 is no call any more', async () => {
    const called: string[] = []
    const respond = async ({ url }: { url: string }) => plain(String(called.push(url)))
    const server = await limited(short, answering(respond))
    const line = new Line(server.url).write(startOfHead)
    await line.until('400')
    line.write('\r\n')
    await line.closed()
    expect(called).toEqual([])
  })

  test('A call that is slow to be answered is not', async () => {
    const respond = () => new Promise<ReturnType<typeof plain>>((done) => setTimeout(done, 1700, plain('late')))
    const server = await limited(longer, answering(respond))
    expect((await ask(server, 'GET', '/')).body).toBe('late')
  })

  test('A connection that waits for its next call is kept', async () => {
    const server = await limited(longer)
    const line = new Line(server.url).write(written('GET', '/key', { headers: authorised }))
    await line.until('null}')
    await new Promise((later) => setTimeout(later, 1700))
    line.received = ''
    expect(await line.write(written('GET', '/key', { headers: authorised })).until('null}')).toContain('HTTP/1.1 200')
  })

  test('A connection is promised a minute between two calls', async () => {
    const { headers } = await ask(await limited(), 'GET', '/key')
    expect(headers.get('keep-alive')).toBe('timeout=60')
  })

  test('A refused client that stays is cut off', async () => {
    const server = await limited(short)
    const line = new Line(server.url)
    line.socket.allowHalfOpen = true
    drip(line.write('no request\r\n\r\n'), 'x')
    expect(await line.closed()).toContain('HTTP/1.1 400 Bad Request')
  })
})

describe('Who does not read', () => {
  /** Far more than the system buffers. */
  const large = 32_000_000
  const body = 'x'.repeat(large)
  const respond = async ({ url }: { url: string }) => plain(url === '/large' ? body : 'small')
  const quick = { connectionsCheckingInterval: 50, unreadMilliseconds: 500 }

  /** A connection that asks, and reads nothing. It goes on writing, since who does not read notices no end otherwise. */
  function unread(url: string, request: Uint8Array = written('GET', '/large')): Line {
    const line = new Line(url)
    line.socket.pause()
    drip(line.write(request), '\r\n')
    return line
  }

  test.each([
    ['one answer', written('GET', '/large')],
    ['pipelined answers', Buffer.concat(Array(5).fill(written('GET', '/large')))],
    ['many small pipelined answers', Buffer.concat(Array(200_000).fill(written('GET', '/small')))],
  ])('is cut off after a while: %s', async (_, request) => {
    const server = await limited(quick, answering(respond))
    expect(await unread(server.url, request).closed()).toBe('')
  })

  test('is cut off sooner if too much waits, and not before', async () => {
    const changes = { connectionsCheckingInterval: 50, unreadMilliseconds: 3_600_000, waitingBytes: 2.5 * large }
    const server = await limited(changes, answering(respond))
    const few = [unread(server.url), unread(server.url)]
    await new Promise((later) => setTimeout(later, 1000))
    const isAnyClosed = few.some(({ socket }) => socket.closed)
    const all = [...few, unread(server.url)]
    await until(() => all.some(({ socket }) => socket.closed), 'No connection was closed')
    expect(isAnyClosed).toBe(false)
  })

  test('does not make others wait', async () => {
    const server = await limited({}, answering(respond))
    for (let i = 0; i < 3; i++) unread(server.url)
    expect(await statusOf(ask(server, 'GET', '/small'))).toBe(200)
  })

  test('is not who reads, however much waits', async () => {
    // Clients and server share this process: on a busy machine none may read for seconds.
    const server = await limited({ waitingBytes: 1, connectionsCheckingInterval: 3_000 }, answering(respond))
    const lines = Array.from({ length: 3 }, () => new Line(server.url).write(written('GET', '/large')))
    await Promise.all(lines.map((line) => until(() => line.received.length > large, 'It was not read')))
    expect(lines.map(({ received }) => received.endsWith(`\r\n\r\n${body}`))).toEqual([true, true, true])
  })

  test('is not who waits for an answer', async () => {
    const slow = async () => {
      await new Promise((later) => setTimeout(later, 1500))
      return plain('late')
    }
    const server = await limited(quick, answering(slow))
    expect((await ask(server, 'GET', '/')).body).toBe('late')
  })
})

describe('Who sends too much is refused', () => {
  test.each([
    ['head', `GET /key HTTP/1.1\r\nhost: localhost\r\n${'a: 0123456789\r\n'.repeat(7000)}\r\n`],
    ['path', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`],
  ])('With a 400 where the %s is over 16 KiB', async (_, request) => {
    const received = await new Line((await limited()).url).write(request).closed()
    expect([received.split('\r\n')[0], received]).toEqual([
      'HTTP/1.1 400 Bad Request',
      expect.stringContaining('The path and headers are larger than 16384 bytes.'),
    ])
  })

  test('15 KiB of headers are taken', async () => {
    const server = await limited()
    expect(await statusOf(ask(server, 'GET', '/key', { a: 'x'.repeat(15_000) }))).toBe(200)
  })

  test('A flood that goes on after the refusal is cut off', async () => {
    const line = new Line((await limited(short)).url).write(`GET / HTTP/1.1\r\na: ${'x'.repeat(20_000)}`)
    drip(line, 'x'.repeat(10_000))
    expect(await line.closed()).toContain('HTTP/1.1 400 ')
  })
})

describe('Many who hold connections', () => {
  test('2,000 idle connections and 200 slow senders do not stop others', async () => {
    const server = await limited()
    const lines = Array.from({ length: 2200 }, (_, i) => new Line(server.url).write(i < 2000 ? '' : startOfBody))
    await Promise.all(lines.map(({ socket }) => new Promise((connected) => socket.once('connect', connected))))
    for (const line of lines.slice(2000)) line.write(' ')
    const answers = Array.from({ length: 20 }, () => statusOf(ask(server, 'GET', '/key')))
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]))
  })

  test('Beyond the limit a connection is closed, and those before it are served', async () => {
    const server = await limited({ maxConnections: 2 })
    const first = new Line(server.url).write(written('GET', '/key', { headers: authorised }))
    await first.until('null}')
    const second = new Line(server.url).write(written('GET', '/key', { headers: authorised }))
    await second.until('null}')
    const third = await new Line(server.url).closed()
    first.received = ''
    first.write(written('GET', '/key', { headers: authorised }))
    expect([third, await first.until('null}')]).toEqual(['', expect.stringContaining('HTTP/1.1 200')])
  })

  test('Beyond the limit the log says so, once until there is room again', async () => {
    const server = await limited({ maxConnections: 1 })
    const connect = async () => {
      const line = new Line(server.url).write(written('GET', '/key', { headers: authorised }))
      await line.until('null}')
      return line
    }
    const first = await connect()
    for (let i = 0; i < 3; i++) await new Line(server.url).closed()
    expect(server.logged).toEqual(['New connections are refused: the limit of 1 is reached.'])
    first.socket.destroy()
    await until(
      () =>
        connect().then(
          () => true,
          () => false,
        ),
      'There was no room',
    )
    await new Line(server.url).closed()
    expect(server.logged).toHaveLength(2)
  })

  test('The limit of open files leaves room for files', async () => {
    const file = join(makeFolder(), 'limits')
    const limitsOf = async (text: string) => {
      await writeFile(file, text)
      return connectionsAllowed(file)
    }
    expect(await limitsOf('Max processes  5 5\nMax open files            1024                 4096  files\n')).toBe(960)
    expect(await limitsOf('Max open files            20                 4096  files\n')).toBe(1)
    expect(await limitsOf('Max open files            unlimited            unlimited  files\n')).toBe(Infinity)
    expect(connectionsAllowed(join(file, 'missing'))).toBe(Infinity)
  })
})
