import { once } from 'node:events'
import http, { type IncomingMessage, type Server } from 'node:http'
import https, { request as requestByName } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { HttpResponse, http as handle } from 'msw'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { apiUrl } from '../../src/index.ts'
import { type Ricloud, type RicloudOptions, setupRicloud } from '../../src/node.ts'
import { frozen } from './frozen.ts'

let network: Server
let networkUrl: string
const opened: Ricloud[] = []

beforeAll(async () => {
  // msw 3 does not see calls over a connection that was kept from before it listened.
  const answer: http.RequestListener = (_, response) =>
    response.setHeader('connection', 'close').end('from the network')
  network = http.createServer(answer).listen(0, '127.0.0.1')
  await once(network, 'listening')
  networkUrl = `http://127.0.0.1:${(network.address() as AddressInfo).port}`
})
afterEach(() => {
  for (const ricloud of opened.splice(0)) ricloud.close()
})
afterAll(async () => {
  network.closeAllConnections()
  network.close()
})

function setup(options: RicloudOptions = {}): Ricloud {
  const ricloud = setupRicloud({ ...frozen, ...options })
  opened.push(ricloud)
  return ricloud
}

const authorised = (ricloud: Ricloud) => ({ headers: { authorization: `Token ${ricloud.mock.token}` } })
const post = (ricloud: Ricloud, path: string, body: object) =>
  fetch(`${apiUrl}${path}`, { method: 'POST', body: JSON.stringify(body), ...authorised(ricloud) })

async function answered(sent: NodeJS.EventEmitter): Promise<{ status: number | undefined; body: unknown }> {
  const [message] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: message.statusCode, body: JSON.parse(await text(message)) }
}

test('Before listen, calls reach the network', async () => {
  setup({ baseUrl: networkUrl })
  expect(await (await fetch(`${networkUrl}/users`)).text()).toBe('from the network')
})

test('While it listens, calls to the base URL never reach the network', async () => {
  const ricloud = setup({ baseUrl: networkUrl }).listen()
  expect((await fetch(`${networkUrl}/key`, authorised(ricloud))).status).toBe(200)
})

test('Once closed, calls reach the network again', async () => {
  const ricloud = setup({ baseUrl: networkUrl }).listen()
  ricloud.close()
  expect(await (await fetch(`${networkUrl}/key`)).text()).toBe('from the network')
})

test('Disposing of it closes it', async () => {
  const ricloud = setup({ baseUrl: networkUrl }).listen()
  ricloud[Symbol.dispose]()
  expect(await (await fetch(`${networkUrl}/key`)).text()).toBe('from the network')
})

test('It may listen again after it was closed', async () => {
  const ricloud = setup().listen()
  ricloud.close()
  ricloud.listen()
  expect((await fetch(`${apiUrl}/key`, authorised(ricloud))).status).toBe(200)
})

test('listen() and close() may be called twice', async () => {
  const ricloud = setup().listen().listen()
  expect((await fetch(`${apiUrl}/key`, authorised(ricloud))).status).toBe(200)
  ricloud.close()
  expect(() => ricloud.close()).not.toThrow()
})

test('Calls to other hosts pass', async () => {
  setup().listen()
  expect(await (await fetch(`${networkUrl}/users`)).text()).toBe('from the network')
})

test('Calls to other hosts are refused where that is asked for', async () => {
  const complained = vi.spyOn(console, 'error').mockImplementation(() => {})
  setup().listen({ onUnhandledRequest: 'error' })
  await expect(fetch(`${networkUrl}/users`)).rejects.toThrow()
  complained.mockRestore()
})

test('A function as onUnhandledRequest gets calls to other hosts, and may let msw warn', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const seen: string[] = []
  setup().listen({
    onUnhandledRequest: ({ method, url }, print) => {
      seen.push(`${method} ${url}`)
      if (url.endsWith('/warned')) print.warning()
    },
  })
  for (const path of ['/silent', '/warned']) {
    expect(await (await fetch(`${networkUrl}${path}`)).text()).toBe('from the network')
  }
  const warnings = warned.mock.calls.length
  warned.mockRestore()
  expect({ seen, warnings }).toEqual({ seen: [`GET ${networkUrl}/silent`, `GET ${networkUrl}/warned`], warnings: 1 })
})

test('Reset gives back the initial state', async () => {
  const ricloud = setup().listen()
  await post(ricloud, '/users', { identifier: 'gone@example.com' })
  ricloud.reset()
  expect((await fetch(`${apiUrl}/users/4`, authorised(ricloud))).status).toBe(404)
})

test('Reset drops the handlers that were added on top', async () => {
  const ricloud = setup().listen()
  ricloud.server.use(handle.get(`${apiUrl}/key`, () => HttpResponse.json({}, { status: 503 })))
  ricloud.reset()
  expect((await fetch(`${apiUrl}/key`, authorised(ricloud))).status).toBe(200)
})

test('A handler added on top answers first', async () => {
  const ricloud = setup().listen()
  ricloud.server.use(handle.get(`${apiUrl}/key`, () => HttpResponse.json({}, { status: 503 })))
  expect((await fetch(`${apiUrl}/key`, authorised(ricloud))).status).toBe(503)
})

test('A call by node:https is answered', async () => {
  const ricloud = setup().listen()
  const sent = https.request(`${apiUrl}/users/1`, authorised(ricloud)).end()
  expect(await answered(sent)).toMatchObject({ status: 200, body: { identifier: 'john.appleseed@reincubate.com' } })
})

test('A call by a function of node:https that was imported by its name is answered', async () => {
  const ricloud = setup().listen()
  const sent = requestByName(`${apiUrl}/users/1`, authorised(ricloud)).end()
  expect(await answered(sent)).toMatchObject({ status: 200 })
})

test('A call by node:http is answered', async () => {
  const ricloud = setup({ baseUrl: 'http://ricloud.test' }).listen()
  expect(await answered(http.get('http://ricloud.test/users/1', authorised(ricloud)))).toMatchObject({ status: 200 })
})

test('A body sent by node:https is read', async () => {
  const ricloud = setup().listen()
  const sent = https.request(`${apiUrl}/users`, { method: 'POST', ...authorised(ricloud) })
  sent.end(JSON.stringify({ identifier: 'by-https@example.com' }))
  expect(await answered(sent)).toMatchObject({ status: 201, body: { identifier: 'by-https@example.com' } })
})

test.each([
  ['a path', 'https://ricloud.test/v3'],
  ['a query', 'https://ricloud.test/?a=1'],
  ['no scheme', 'ricloud.test'],
  ['nothing', ''],
])('A base URL with %s is refused with a word on what is right', (_, baseUrl) => {
  expect(() => setupRicloud({ baseUrl })).toThrow(/^baseUrl must .*got "/)
})

test('A base URL that takes its host for a scheme is refused as none', () => {
  expect(() => setupRicloud({ baseUrl: 'localhost:3000' })).toThrow(/^baseUrl must be an absolute URL/)
})
