import dns from 'node:dns'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { HttpResponse, http as handle, passthrough } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type ListenOptions, type RicloudOptions, setupRicloud } from '../../src/node.ts'
import { frozen } from './frozen.ts'

/** A host in the network that counts its connections. */
let connections = 0
const network = http.createServer((_, response) => response.setHeader('connection', 'close').end('network'))
let port: number
beforeAll(async () => {
  network.on('connection', () => connections++).listen(0, '127.0.0.1')
  await once(network, 'listening')
  port = (network.address() as AddressInfo).port
})
afterAll(() => network.close())

function listening(options: RicloudOptions = {}, listenOptions: ListenOptions = {}) {
  const ricloud = setupRicloud({ ...frozen, baseUrl: `http://127.0.0.1:${port}`, ...options }).listen(listenOptions)
  onTestFinished(() => ricloud.close())
  return ricloud
}

/** What a client gets: the code of its error, or `answered`. msw 3 connects a socket by itself before anything is written. */
async function outcome(open: () => net.Socket | http2.ClientHttp2Session): Promise<string | undefined> {
  let opened: net.Socket | http2.ClientHttp2Session | undefined
  try {
    return await new Promise<string>((resolve, reject) => {
      opened = open().on('error', reject)
      if ('write' in opened) opened.on('data', () => resolve('answered')).write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  } finally {
    opened?.destroy()
  }
}
const refused = 'ERR_RICLOUD_MOCK_GUARD'

/** Connections by ways that msw does not intercept, or that a handler lets pass. */
const ways = {
  'net.connect': (host: string, at: number) => outcome(() => net.connect({ host, port: at })),
  'net.connect(port, host)': (host: string, at: number) => outcome(() => net.connect(at, host)),
  'Socket.connect': (host: string, at: number) => outcome(() => new net.Socket().connect(at, host)),
  'tls.connect': (host: string, at: number) => outcome(() => tls.connect({ host, port: at })),
  'net.connect with a look-up of its own': (host: string, at: number) =>
    outcome(() =>
      net.connect({
        host,
        port: at,
        lookup: (_, { all }, callback) =>
          all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
      }),
    ),
  'node:http2': (host: string, at: number) => outcome(() => http2.connect(`http://${host}:${at}`)),
}

describe('While a mock listens', () => {
  test.each(Object.entries(ways))('%s does not reach the host and port of a local base URL', async (_, connect) => {
    listening()
    const before = connections
    expect([await connect('127.0.0.1', port), connections - before]).toEqual([refused, 0])
  })

  test.each(Object.entries(ways))('%s reaches no port of the host of a public base URL', async (_, connect) => {
    listening({ baseUrl: 'https://ricloud.invalid' })
    const before = connections
    expect([await connect('ricloud.invalid', port), connections - before]).toEqual([refused, 0])
  })

  test('a TLS connection to an address of the host is refused by its server name', async () => {
    listening({ baseUrl: 'https://ricloud.invalid' })
    expect(await outcome(() => tls.connect({ host: '127.0.0.1', port, servername: 'ricloud.invalid' }))).toBe(refused)
  })

  test('a call that a handler lets pass is refused, and names ricloud-mock and what to do', async () => {
    const ricloud = listening()
    ricloud.server.use(handle.get(`http://127.0.0.1:${port}/key`, () => passthrough()))
    const { cause } = await fetch(`http://127.0.0.1:${port}/key`).catch((error) => error)
    expect(cause.code).toBe(refused)
    expect(cause.message).toMatch(/ricloud-mock.*127\.0\.0\.1.*serve\(\).*guard: false.*src\/interception\/README\.md/)
  })

  test.each([
    ['https://ricloud.invalid', 'http://ricloud.invalid'],
    ['https://ricloud.invalid', 'https://ricloud.invalid:8443'],
    ['http://ricloud.invalid:8080', 'https://ricloud.invalid:8080'],
    ['http://127.0.0.1:8080', 'https://127.0.0.1:8080'],
  ])('of a mock of %s, a call to %s is told which origin is intercepted', async (baseUrl, called) => {
    listening({ baseUrl })
    const { cause } = await fetch(`${called}/users`).catch((error) => error)
    expect(cause.code).toBe(refused)
    expect(cause.message).toContain(`refused a connection to ${called}: `)
    expect(cause.message).toContain(`those to ${baseUrl}, with this scheme and port`)
    expect(cause.message).not.toContain('undici')
  })

  test('a connection to another port that may get TLS later is named without a scheme', async () => {
    listening({ baseUrl: 'https://ricloud.invalid' })
    const refusal = async (at: number) => {
      const socket = net.connect(at, 'ricloud.invalid')
      // msw 3 connects it by itself before anything is written.
      socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
      const [error] = await once(socket, 'error')
      return error.message
    }
    expect(await refusal(8443)).toContain('refused a connection to ricloud.invalid:8443: ')
    expect(await refusal(443)).toContain('refused a connection to ricloud.invalid: it answers the calls to https://')
  })

  test('connections to other hosts and ports are made', async () => {
    const other = net.createServer((socket) => socket.end('other')).listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    listening()
    expect(await outcome(() => net.connect((other.address() as AddressInfo).port, '127.0.0.1'))).toBe('answered')
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('network')
  })

  test('guard: false lets connections pass', async () => {
    listening({}, { guard: false })
    expect(await outcome(() => net.connect(port, '127.0.0.1'))).toBe('answered')
  })
})

describe('With an msw server of the application', () => {
  test.each(['before', 'after'])(
    'connections to a public host are refused where it listens %s the mock',
    async (order) => {
      const server = setupServer(handle.get('http://other.test/', () => new HttpResponse()))
      onTestFinished(() => server.close())
      if (order === 'before') server.listen()
      listening({ baseUrl: 'https://ricloud.invalid', server })
      if (order === 'after') server.listen()
      expect(await outcome(() => net.connect(port, 'ricloud.invalid'))).toBe(refused)
      expect((await fetch('https://ricloud.invalid/key')).status).toBe(401)
    },
  )
})

describe('Once a mock is closed', () => {
  test('connections are made again, and Node is as it was', async () => {
    const before = [net.Socket.prototype.connect, dns.lookup, Object.getOwnPropertySymbols(globalThis).length]
    listening().close()
    expect(await outcome(() => net.connect(port, '127.0.0.1'))).toBe('answered')
    expect([net.Socket.prototype.connect, dns.lookup, Object.getOwnPropertySymbols(globalThis).length]).toEqual(before)
  })

  test('a refused listen leaves no guard', async () => {
    const ricloud = listening()
    expect(() => listening({ baseUrl: 'https://ricloud.invalid' })).toThrow()
    ricloud.close()
    expect(await outcome(() => net.connect(port, '127.0.0.1'))).toBe('answered')
  })
})
