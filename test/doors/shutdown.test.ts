import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import type { Answer } from '../../src/engine/http/exchange.ts'
import { bounded, until } from '../support/wait.ts'
import { exchange, written } from './raw.ts'
import { answering, authorised, Line, limited, plain, started } from './servers.ts'

/** A mock whose calls are answered when a test says so, in any order. */
function held() {
  const waiting = new Map<string, (answer: Answer) => void>()
  const mock = answering(({ url }) => new Promise((answer) => waiting.set(url, answer)))
  return {
    mock,
    arrived: (url: string) => until(() => waiting.has(url), `No call of ${url} came`),
    answer: (url: string, answer: Answer = plain(`done ${url}`)) => waiting.get(url)?.(answer),
  }
}

const call = (url: string) => written('GET', url)

/** Limits that nothing in a test reaches: what ends all the same was ended at once. */
const patient = { graceMilliseconds: 3_600_000, lingerMilliseconds: 3_600_000 }

/** How long something takes, in milliseconds. */
async function lasts(work: Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work
  return performance.now() - begun
}

describe('A server that closes', () => {
  test('takes no more connections', async () => {
    const { mock, arrived, answer } = held()
    const server = await limited({}, mock)
    new Line(server.url).write(call('/a'))
    await arrived('/a')
    const closed = server.close()
    const refused = await new Promise((done) =>
      connect(Number(new URL(server.url).port), '127.0.0.1')
        .on('error', (error: NodeJS.ErrnoException) => done(error.code))
        .on('connect', () => done('connected')),
    )
    answer('/a')
    await closed
    expect(refused).toBe('ECONNREFUSED')
  })

  test('lets a running answer end, and says that it is the last', async () => {
    const { mock, arrived, answer } = held()
    const server = await limited({}, mock)
    const line = new Line(server.url).write(call('/a'))
    await arrived('/a')
    const closed = server.close()
    answer('/a')
    await closed
    expect(await line.closed()).toMatch(/^HTTP\/1\.1 200 .*\r\nconnection: close\r\n.*done \/a$/is)
  })

  test('lets all pipelined answers end, in whatever order they are found', async () => {
    const { mock, arrived, answer } = held()
    const server = await limited({}, mock)
    const answers = exchange(server.url, Buffer.concat(['/a', '/b', '/c'].map(call)), 3)
    await arrived('/c')
    const closed = server.close()
    for (const url of ['/c', '/a', '/b']) answer(url)
    await closed
    const heads = (await answers).map(({ headers, body }) => [body, headers.get('connection')])
    expect(heads).toEqual([
      ['done /a', 'keep-alive'],
      ['done /b', 'keep-alive'],
      ['done /c', 'close'],
    ])
  })

  test('sends what was answered before, also if it closes at once', async () => {
    let close = () => {}
    const server = await limited(
      {},
      answering(({ url }) => {
        if (url === '/close') close()
        return plain(`done ${url}`)
      }),
    )
    close = () => void server.close({ now: true })
    const lines = ['/a', '/b', '/c'].map(() => new Line(server.url))
    await Promise.all(lines.map(({ socket }) => new Promise((connected) => socket.once('connect', connected))))
    for (const [i, line] of lines.entries()) line.write(call(`/${i}`))
    lines.at(-1)?.write(call('/close'))
    await Promise.all(lines.map((line) => line.closed()))
    expect(lines.map(({ received }) => /done .*/.exec(received)?.[0])).toEqual(['done /0', 'done /1', 'done /2'])
  })

  test('lets an upload that has begun end', async () => {
    const server = await limited()
    const body = '{"identifier":"a@example.com"}'
    const headers = { ...authorised, expect: '100-continue', 'content-length': String(body.length) }
    const line = new Line(server.url).write(written('POST', '/users', { headers }))
    await line.until('100 Continue')
    const closed = server.close()
    line.write(body)
    await closed
    expect(await line.closed()).toContain('HTTP/1.1 201')
  })

  test('lets a large answer reach a slow reader', async () => {
    const body = 'x'.repeat(8_000_000)
    const server = await limited(
      {},
      answering(async () => plain(body)),
    )
    const line = new Line(server.url).write(call('/'))
    await line.until('\r\n\r\n')
    line.socket.pause()
    const closed = server.close()
    setTimeout(() => line.socket.resume(), 30)
    await closed
    const received = await line.closed()
    expect(received.length - received.indexOf('\r\n\r\n') - 4).toBe(body.length)
  })

  test.each([
    ['waits for its next call', written('GET', '/key', { headers: authorised }), 'null}'],
    ['has said nothing yet', '', ''],
    ['has sent half a head', 'GET /key HTTP/1.1\r\n', ''],
    ['was refused', 'no request\r\n\r\n', '400'],
  ])('closes a connection at once that %s', async (_, bytes, received) => {
    const server = await limited(patient)
    const line = new Line(server.url)
    line.socket.allowHalfOpen = true
    line.write(bytes)
    await (received ? line.until(received) : new Promise((later) => setTimeout(later, 20)))
    await bounded(server.close(), 'It did not close')
  })

  test('cuts what is still running after a while', async () => {
    const { mock, arrived } = held()
    const server = await limited({ graceMilliseconds: 50 }, mock)
    const line = new Line(server.url).write(call('/a'))
    await arrived('/a')
    const milliseconds = await lasts(server.close())
    expect([await line.closed(), milliseconds > 40]).toEqual(['', true])
  })

  test('ends streams at once', async () => {
    let stopped = 0
    const answer: Answer = {
      ...plain(''),
      stream: (send) => {
        send('data: 1\n\n')
        return () => void stopped++
      },
    }
    const server = await limited(
      {},
      answering(async () => answer),
    )
    const line = new Line(server.url).write(call('/'))
    await line.until('data: 1')
    await server.close()
    expect([stopped, (await line.closed()).endsWith('\r\n0\r\n\r\n')]).toEqual([1, true])
  })

  test('ends a stream that begins while it closes', async () => {
    const { mock, arrived, answer } = held()
    const server = await limited({}, mock)
    const line = new Line(server.url).write(call('/a'))
    await arrived('/a')
    const closed = server.close()
    answer('/a', { ...plain(''), stream: () => () => {} })
    await closed
    expect(await line.closed()).toMatch(/\r\n0\r\n\r\n$/)
  })
})

describe('To close', () => {
  test('now cuts running answers', async () => {
    const { mock, arrived } = held()
    const server = await limited({}, mock)
    const line = new Line(server.url).write(call('/a'))
    await arrived('/a')
    await server.close({ now: true })
    expect(await line.closed()).toBe('')
  })

  test('now speeds up a server that is closing', async () => {
    const { mock, arrived } = held()
    const server = await limited(patient, mock)
    new Line(server.url).write(call('/a'))
    await arrived('/a')
    const closed = server.close()
    void server.close({ now: true })
    await bounded(closed, 'It did not close')
  })

  test('twice is to close once', async () => {
    const server = await started()
    expect(server.close()).toBe(server.close({ now: true }))
  })

  test('a strict server reports what never fired, however often it is stopped', async () => {
    const server = await started({ scenario: 'two-factor', strict: true })
    const closings = await Promise.allSettled([server.close(), server.close({ now: true })])
    expect(closings.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test('takes no longer where a test runner stops the time', async () => {
    const { mock, arrived } = held()
    const server = await limited({ graceMilliseconds: 30 }, mock)
    const line = new Line(server.url).write(call('/a'))
    await arrived('/a')
    vi.useFakeTimers()
    try {
      await server.close()
    } finally {
      vi.useRealTimers()
    }
    expect(await line.closed()).toBe('')
  })
})
