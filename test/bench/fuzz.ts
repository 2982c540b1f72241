// Sends requests that nobody would write, and such as try to hold up or fill the mock, to the built command, 50,000 by
// default. Prints the statuses, the slowest requests and what is left in memory, and exits with 1 if one of them is
// answered with a 500 or takes over 250 ms, or over 50 MB more are in use at the end. Run `npm run build` first.
import { request } from 'node:http'
import { hostileRequests, type Strange, strangeRequests } from '../support/strange.ts'
import { freePort, start } from './server.ts'

const count = Number(process.argv[2] ?? 50_000)
const slowest = 250
const mostGrowth = 50

const heapPort = await freePort()
process.env.HEAP_PORT = String(heapPort)
const server = await start([
  ...['--expose-gc', '--import', new URL('./heap-port.mjs', import.meta.url).href],
  new URL('../../dist/cli.cjs', import.meta.url).pathname,
  ...['--port', 'PORT', '--token', 'bench', '--quiet'],
])
/** Megabytes in use. */
const heap = async () => Number(await (await fetch(`http://127.0.0.1:${heapPort}`)).text()) / 1e6

const statuses = new Map<number, number>()
const failed: string[] = []
let slow: { readonly took: number; readonly line: string }[] = []

const short = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}… (${text.length})` : text)
const lineOf = ({ method, path, headers, body }: Strange) =>
  `${method} ${short(path)} ${short(JSON.stringify(headers))} ${short(body)}`

function send(strange: Strange): Promise<void> {
  const { method, path, headers, body } = strange
  return new Promise<void>((done) => {
    const began = performance.now()
    const end = (problem?: string) => {
      const took = performance.now() - began
      slow.push({ took, line: lineOf(strange) })
      if (slow.length > 1000) slow = slowestOf(slow)
      const late = took > slowest ? `took ${Math.round(took)} ms` : undefined
      if (problem ?? late) failed.push(`${lineOf(strange)}: ${problem ?? late}`)
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
    call.on('error', (error) => end(error.message))
    call.on('upgrade', (_, socket) => socket.destroy(new Error('upgraded')))
    call.on('response', (response) => {
      const status = response.statusCode ?? 0
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      response.resume().on('end', () => end(status >= 500 ? `status ${status}` : undefined))
    })
    call.end(body)
  })
}

const slowestOf = (all: typeof slow) => [...all].sort((a, b) => b.took - a.took).slice(0, 10)

/** How many requests come before the initial state again: what they record is no leak. */
const perWorld = 1000
const reset: Strange = { method: 'POST', path: '/_mock/reset', headers: {}, body: '' }

let before = 0
for (let sent = 0; sent < count; sent += perWorld) {
  await send(reset)
  const half = Math.min(perWorld, count - sent) / 2
  const strange = strangeRequests(half, 'bench', 7 + sent)
  const hostile = hostileRequests(half, 'bench', 7 + sent)
  // Few at once: what one takes the others wait for.
  await Promise.all(
    [strange, hostile].map(async (requests) => {
      for (const one of requests) await send(one)
    }),
  )
  // The journal is full by then.
  if (sent === 0) before = await heap()
}
const growth = (await heap()) - before
await send({ method: 'GET', path: '/users/1', headers: { authorization: 'Token bench' }, body: '' })
await server.stop()
if (growth > mostGrowth)
  failed.push(`${growth.toFixed(1)} MB more are in use than after the first ${perWorld} requests`)
process.stdout.write(
  [
    `${count} requests: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`,
    `${growth.toFixed(1)} MB more in use than after the first ${perWorld}`,
    'the slowest:',
    ...slowestOf(slow).map(({ took, line }) => `  ${took.toFixed(1)} ms  ${line}`),
    ...(failed.length > 0 ? [`${failed.length} failed:`, ...failed.slice(0, 20)] : ['none failed']),
    '',
  ].join('\n'),
)
process.exit(failed.length === 0 ? 0 : 1)
