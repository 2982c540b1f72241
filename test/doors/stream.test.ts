import { describe, expect, test } from 'vitest'
import type { Answer } from '../../src/engine/http/exchange.ts'
import { until } from '../support/wait.ts'
import { written } from './raw.ts'
import { answering, Line, limited, plain } from './servers.ts'

const get = (target: string, headers: Readonly<Record<string, string>> = {}) => written('GET', target, { headers })

/** A stream that a test talks into, and what became of it. */
function stream() {
  const talk = { send: (_: string) => {}, stopped: 0 }
  const answer: Answer = {
    ...plain(''),
    headers: { 'content-type': 'text/event-stream' },
    stream: (send) => {
      talk.send = send
      return () => void talk.stopped++
    },
  }
  return { mock: answering(async () => answer), talk }
}

describe('An answer that is a stream', () => {
  test('has a head at once, and no length', async () => {
    const { mock } = stream()
    const head = await new Line((await limited({}, mock)).url).write(get('/')).until('\r\n\r\n')
    expect([head.includes('text/event-stream'), /content-length/i.test(head)]).toEqual([true, false])
  })

  test('brings each text as soon as it is sent', async () => {
    const { mock, talk } = stream()
    const line = new Line((await limited({}, mock)).url).write(get('/'))
    await line.until('\r\n\r\n')
    talk.send('data: one\n\n')
    await line.until('data: one\n\n')
    talk.send('data: two\n\n')
    expect(await line.until('data: two\n\n')).toContain('data: one')
  })

  test('is kept alive by comments', async () => {
    const { mock } = stream()
    const line = new Line((await limited({ heartbeatMilliseconds: 10 }, mock)).url).write(get('/'))
    expect(await line.until(':\n\n')).toContain('HTTP/1.1 200')
  })

  test('is stopped once when the reader goes away', async () => {
    const { mock, talk } = stream()
    const line = new Line((await limited({}, mock)).url).write(get('/'))
    await line.until('\r\n\r\n')
    line.socket.destroy()
    await until(() => talk.stopped > 0, 'The stream was not stopped')
    talk.send('too late')
    expect(talk.stopped).toBe(1)
  })

  test('is cut off when its reader falls too far behind', async () => {
    const { mock, talk } = stream()
    const line = new Line((await limited({ unreadBytes: 100_000 }, mock)).url).write(get('/'))
    await line.until('\r\n\r\n')
    line.socket.pause()
    const piece = 'x'.repeat(50_000)
    for (let sent = 0; talk.stopped === 0 && sent < 1000; sent++) {
      talk.send(piece)
      await new Promise(setImmediate)
    }
    line.socket.resume()
    await line.closed()
    expect(talk.stopped).toBe(1)
  })

  test('is cut off also where it says too much before it can be stopped', async () => {
    let stopped = 0
    const answer: Answer = {
      ...plain(''),
      stream: (send) => {
        send('x'.repeat(200))
        send('x')
        return () => void stopped++
      },
    }
    const server = await limited(
      { unreadBytes: 100 },
      answering(async () => answer),
    )
    await new Line(server.url).write(get('/')).closed()
    expect(stopped).toBe(1)
  })

  test('of HEAD is its head, and the connection serves on', async () => {
    const { mock, talk } = stream()
    const line = new Line((await limited({}, mock)).url).write(written('HEAD', '/'))
    await line.until('\r\n\r\n')
    line.received = ''
    await line.write(written('HEAD', '/')).until('\r\n\r\n')
    expect([line.received.startsWith('HTTP/1.1 200'), talk.stopped]).toEqual([true, 0])
  })

  test('can be read by a page of a listed origin', async () => {
    const { mock } = stream()
    const server = await limited({}, mock, { cors: ['http://a.test'] })
    const line = new Line(server.url).write(get('/', { origin: 'http://a.test' }))
    expect(await line.until('\r\n\r\n')).toContain('access-control-allow-origin: http://a.test\r\n')
  })
})
