// Mixed load on the built command for as many minutes as are given (10 by default): prints how memory did, and exits
// with 1 if the last minute needs over 5% more than the second. Run `npm run build` first.
import { load } from './load.ts'
import { start } from './server.ts'

const minutes = Number(process.argv[2] ?? 10)
const cli = new URL('../../dist/cli.cjs', import.meta.url).pathname
const server = await start([
  cli,
  '--port',
  'PORT',
  '--token',
  'bench',
  '--quiet',
  '--generate',
  'users=100,sessions=1000',
])

const head = (method: string, path: string) =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token bench\r\n`
const get = (path: string) => `${head('GET', path)}\r\n`
const post = (path: string, body: object) => {
  const text = JSON.stringify(body)
  return `${head('POST', path)}Content-Length: ${text.length}\r\n\r\n${text}`
}
/** Every kind of call; what is created is bounded, so that records do not grow. */
const mix: readonly ((number: number) => string)[] = [
  () => get('/users/1'),
  () => get('/sessions?state=active&limit=10'),
  (number) => post('/users', { identifier: `new-${number % 100}@example.com` }),
  (number) => post(`/users/${1 + (number % 100)}`, { state: number % 2 ? 'active' : 'deactivated' }),
  () => get('/nowhere'),
  () => post('/users', { identifier: '', unread: true }),
  () => get('/_mock/requests?limit=20'),
  () => post('/_mock/requests/verify', { method: 'GET', path: '/users/1' }),
  () => get('/_mock/clock'),
]

/** The median of a minute, so that a collection of garbage more or less does not count. */
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const medians: number[] = []
let answers = 0
for (let minute = 1; minute <= minutes; minute++) {
  const memory: number[] = []
  const sampling = setInterval(() => memory.push(server.memory()), 1000)
  const request = (number: number) => (mix[number % mix.length] as (typeof mix)[number])(number)
  const measured = await load({ port: server.port, request, seconds: 60 })
  clearInterval(sampling)
  medians.push(median(memory))
  answers += measured.answers
  process.stdout.write(
    `minute ${minute}: ${Math.round(measured.perSecond)}/s, p99 ${measured.p99.toFixed(2)} ms, ${Math.round(medians.at(-1) ?? 0)} MB\n`,
  )
}
await server.stop()
const growth = (medians.at(-1) ?? Number.NaN) / (medians[1] ?? Number.NaN)
process.stdout.write(
  `${answers} answers; the last minute needs ${(100 * (growth - 1)).toFixed(1)}% more memory than the second\n`,
)
process.exit(growth <= 1.05 ? 0 : 1)
