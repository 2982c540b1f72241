// Sends requests that nobody would write to the built command, 20,000 by default, and exits with 1 if one of them is
// answered with a 500, not answered within 10 s, or ends the command. Run `npm run build` first.
import { request } from 'node:http'
import { strangeRequests } from '../support/strange.ts'
import { start } from './server.ts'

const count = Number(process.argv[2] ?? 20_000)
const server = await start([
  new URL('../../dist/cli.js', import.meta.url).pathname,
  '--port',
  'PORT',
  '--token',
  'bench',
  '--quiet',
])
const statuses = new Map<number, number>()
const failed: string[] = []

function send({
  method,
  path,
  headers,
  body,
}: ReturnType<typeof strangeRequests> extends Generator<infer One> ? One : never) {
  return new Promise<void>((done) => {
    const fail = (why: string) => {
      failed.push(`${method} ${path} ${body}: ${why}`)
      done()
    }
    const call = request({
      port: server.port,
      host: '127.0.0.1',
      method,
      path,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    call.setTimeout(10_000, () => call.destroy(new Error('no answer within 10 s')))
    call.on('error', (error) => fail(error.message))
    call.on('response', (response) => {
      const status = response.statusCode ?? 0
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      response.resume().on('end', () => (status >= 500 ? fail(`status ${status}`) : done()))
    })
    call.end(body)
  })
}

const requests = strangeRequests(count, 'bench', 7)
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (const strange of requests) await send(strange)
  }),
)
const [last] = [await fetch(`http://127.0.0.1:${server.port}/users/1`, { headers: { authorization: 'Token bench' } })]
if (![200, 401, 403].includes(last.status)) failed.push(`at last: status ${last.status}`)
await server.stop()
process.stdout.write(
  `${count} requests: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}\n${failed.slice(0, 20).join('\n')}\n`,
)
process.exit(failed.length === 0 ? 0 : 1)
