import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type ServeOptions, serve } from '../../src/standalone.ts'
import { publishTo } from '../support/published.ts'
import { started } from './servers.ts'

/** A port on which something listens already. */
async function busyPort(): Promise<number> {
  const server = createServer()
  onTestFinished(() => void server.close())
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return (server.address() as AddressInfo).port
}

const refusesConnections = (url: string) =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.on('connect', () => resolve(false)).on('error', () => resolve(true))
    socket.on('connect', () => socket.destroy())
  })

test('Each store listens on a free port of its own, until the server is closed', async () => {
  const server = await started()
  const urls = [server.url, server.s3Url ?? '', server.gcsUrl ?? '']
  expect(urls.every((url) => /^http:\/\/127\.0\.0\.1:\d+$/.test(url))).toBe(true)
  expect(new Set(urls).size).toBe(3)
  await server.close()
  expect(await Promise.all(urls.map(refusesConnections))).toEqual([true, true, true])
})

test('A store can have a port that is given, or none', async () => {
  const { s3Url = '', gcsUrl, close } = await started({ gcsPort: 'none' })
  expect(gcsUrl).toBeUndefined()
  await close({ now: true })
  const s3Port = Number(new URL(s3Url).port)
  expect((await started({ s3Port, gcsPort: 'none' })).s3Url).toBe(s3Url)
})

test.each([
  [{ s3Port: -1 }, 's3Port must be an integer from 0 to 65535, or "none", got -1.'],
  [{ gcsPort: 70_000 }, 'gcsPort must be an integer from 0 to 65535, or "none", got 70000.'],
  [{ gcsPort: 'off' as 'none' }, 'gcsPort must be an integer from 0 to 65535, or "none", got "off".'],
])('%j is refused', async (options: ServeOptions, message) => {
  await expect(serve({ port: 0, ...options })).rejects.toThrow(message)
})

test('A busy port of a store is named, and nothing goes on listening', async () => {
  const port = await busyPort()
  const own = await started()
  await own.close({ now: true })
  const options = { port: Number(new URL(own.url).port), s3Port: port }
  await expect(serve(options)).rejects.toThrow(`s3Port: The port ${port} on 127.0.0.1 is busy`)
  expect(await refusesConnections(own.url)).toBe(true)
})

/** The status of a call with headers that `fetch` would not send. */
const statusWith = (url: string, headers: Readonly<Record<string, string>>) =>
  new Promise<number | undefined>((resolve, reject) => {
    const answered = (response: IncomingMessage) => resolve(response.resume().statusCode)
    request(url, { headers, agent: false }, answered).on('error', reject).end()
  })

test('A store answers only local hosts, and no page of another site', async () => {
  const { s3Url = '' } = await started()
  expect([
    await statusWith(s3Url, { host: 'evil.example' }),
    await statusWith(s3Url, { host: 'my-bucket.localhost', origin: 'https://evil.example' }),
    await statusWith(s3Url, { host: 'my-bucket.localhost' }),
  ]).toEqual([403, 403, 404])
})

test('A store has no control API and no inspector', async () => {
  const { s3Url, gcsUrl } = await started({ controlToken: 'secret' })
  const headers = { accept: 'text/html' }
  const answers = await Promise.all([s3Url, gcsUrl].map((url) => fetch(`${url}/_mock/clock`, { headers })))
  expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([
    expect.stringContaining('<Code>NoSuchBucket</Code>'),
    expect.stringContaining('<Code>NoSuchBucket</Code>'),
  ])
})

test('A page of an allowed origin reads an object, with its hash', async () => {
  const origin = 'https://app.example'
  const server = await started({ cors: [origin] })
  const [first] = await publishTo(server.mock, 'gs://google-bucket/results')
  const response = await fetch(`${server.gcsUrl}/google-bucket/${first?.key}`, { headers: { origin } })
  expect(response.headers.get('access-control-allow-origin')).toBe(origin)
  expect(response.headers.get('access-control-expose-headers')).toContain('X-Goog-Hash')
})

test('HEAD has the length of an object, and no body', async () => {
  const server = await started()
  const [first] = await publishTo(server.mock, 's3://aws-bucket/results')
  const response = await fetch(`${server.s3Url}/aws-bucket/${first?.key}`, { method: 'HEAD' })
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
    200,
    String(first?.size),
    '',
  ])
})

test('The answer that an object was not changed has no length, which would be that of the object', async () => {
  const server = await started()
  const [first] = await publishTo(server.mock, 's3://aws-bucket/results')
  const headers = { 'if-none-match': `"${first?.checksum}"` }
  const response = await fetch(`${server.s3Url}/aws-bucket/${first?.key}`, { headers })
  expect([response.status, response.headers.get('content-length')]).toEqual([304, null])
})

test('The date is that of the virtual clock', async () => {
  const server = await started({ clock: { start: '2030-01-01T00:00:00Z', frozen: true } })
  const { headers } = await fetch(`${server.s3Url}/`)
  expect(headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT')
})

test('Credentials are not kept', async () => {
  const server = await started({ showSecrets: true })
  await fetch(`${server.gcsUrl}/b/any`, { headers: { authorization: 'Bearer not-for-the-journal' } })
  const read = ['/_mock/requests', '/_mock/state'].map(async (path) => (await fetch(server.url + path)).text())
  expect((await Promise.all(read)).join()).not.toContain('not-for-the-journal')
})
