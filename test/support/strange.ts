import { Random } from '../../src/engine/random.ts'
import { apiRoutes } from '../../src/ricloud/routes/index.ts'

/** A request that nobody would write. */
export interface Strange {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const pieces = [
  '',
  '0',
  '-1',
  '1',
  '99999999999999999999',
  '%00',
  '%zz',
  '..',
  '__proto__',
  'constructor',
  '💥',
  'a b',
  '{}',
  '*',
  'e2c9b0a4',
]
const values = [
  'null',
  'true',
  '-1',
  '1e400',
  '"\\u0000"',
  '"__proto__"',
  '[]',
  '{}',
  '[[[[]]]]',
  '"x"',
  '{"id":1}',
  '0.5',
  '"gs://b"',
  '"2020-02-20T12:00:00Z"',
]
const fields = [
  'identifier',
  'user',
  'type',
  'source',
  'payload',
  'password',
  'code',
  'state',
  'force',
  'key',
  'name',
  'url',
  'credentials',
  'scopes',
  'config',
  'organisation',
  'storage_config',
  '__proto__',
  'constructor',
  '',
]
const headers = [
  ...['ricloud-await', 'user-agent', 'content-type', 'content-encoding', 'accept', 'origin', 'x-anything'],
  ...['sec-fetch-site', 'sec-fetch-dest'],
]
const texts = [
  '0',
  '-1',
  'NaN',
  'ricloud-py/3.2.0',
  'application/json',
  'text/html',
  'cross-site',
  'document',
  'gzip',
  '*',
  '',
  'null',
  '\u00ff',
]

/** Characters of which a long run is hard on a pattern, a parser or a terminal. */
const runs = [
  ':',
  '/',
  '@',
  ' ',
  'a',
  '"',
  '\\',
  '[',
  '.',
  '-',
  '0',
  '*',
  '%',
  '?',
  '&',
  '=',
  '#',
  '\u00fc',
  '\u001b',
  '\ud800',
  '💥',
]
const lengths = [100, 1000, 4000, 30_000, 200_000]
/** What fits into the head of a request, escaped three times as long. */
const longestInHead = 4000

const foreign: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  { origin: 'null' },
  { host: 'evil.example' },
  { host: '127.0.0.1:1@evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' },
  { cookie: 'token=x', referer: 'https://evil.example/' },
  { 'content-encoding': 'gzip' },
  { 'content-type': 'application/x-www-form-urlencoded; charset=utf-7' },
  { 'accept-encoding': 'br;q=1.0, *;q=0', range: 'bytes=0-1' },
  { connection: 'upgrade', upgrade: 'websocket' },
  { te: 'trailers', 'x-http-method-override': 'DELETE' },
]

/**
 * Requests that try to hold up or fill the mock: long runs of one character in every text, bodies nested deep, patterns of
 * paths that are hard to match, and headers of foreign pages. Equal seeds give equal requests. Of control calls there are
 * those that move no time.
 */
export function* hostileRequests(count: number, token: string, seed = 1): Generator<Strange> {
  const random = new Random(seed)
  const one = <T>(of: readonly T[]): T => of[random.below(of.length)] as T
  const run = (longest = Infinity) => one(runs).repeat(Math.min(one(lengths), longest))
  const json = (value: unknown) => JSON.stringify(value)
  const authorization = `Token ${token}`
  const templates = apiRoutes.map(({ path }) => path)
  const pathWith = (text: string) => one(templates).replaceAll(/\{\w+\}/g, text)
  const nested = () => {
    const [open, close] = one([
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
    ] as const)
    const levels = one([20, 99, 101, 3000, 100_000])
    return `${open.repeat(levels)}1${close.repeat(levels)}`
  }
  const pattern = () =>
    one([
      `/users/${'a*'.repeat(20)}`,
      '/users/**x',
      `/users${'/*'.repeat(400)}`,
      `/users/${run()}`,
      '/users/(a+)+$',
      '/*',
    ])
  const kinds: readonly (() => Partial<Strange>)[] = [
    () => ({ method: 'POST', path: pathWith('1'), body: json({ [one(fields)]: run(), [one(fields)]: run() }) }),
    () => ({
      method: 'POST',
      path: pathWith('1'),
      body: json({ [run()]: one(fields), [one(fields)]: { [run()]: 1 } }),
    }),
    () => ({
      method: 'POST',
      path: '/sessions',
      body: json({ source: { user: 1, type: 'icloud.account', identifier: run() }, payload: { password: run() } }),
    }),
    () => ({ method: 'POST', path: '/configs/webhook', body: json({ url: `http://localhost/${run()}x` }) }),
    () => ({ method: 'POST', path: '/configs/webhook', body: json({ url: `http://${run()}` }) }),
    () => ({ method: 'POST', path: pathWith('1'), body: run() }),
    () => ({ method: one(methods), path: pathWith(encodeURIComponent(run(longestInHead / 4).toWellFormed())) }),
    () => ({ path: `${pathWith('1')}?${one(fields)}=${encodeURIComponent(run(longestInHead / 4).toWellFormed())}` }),
    () => ({ path: `/users?${Array.from({ length: 2000 }, (_, i) => `a${i}`).join('&')}` }),
    () => ({ headers: { authorization: `Token ${'x'.repeat(longestInHead)}` } }),
    () => ({
      headers: { authorization, [one(['ricloud-await', 'user-agent', 'accept', 'origin'])]: 'x'.repeat(longestInHead) },
    }),
    () => ({ method: 'POST', path: pathWith('1'), body: nested() }),
    () => ({ method: 'POST', path: pathWith('1'), body: `{"${one(fields)}":${nested()},"identifier":"a"}` }),
    () => ({
      method: 'POST',
      path: '/_mock/faults',
      body: json({ on: `GET ${pattern()}`, probability: 0, delay: '1s' }),
    }),
    () => ({ method: 'POST', path: '/_mock/requests/verify', body: json({ path: pattern(), body: { a: run() } }) }),
    () => ({ method: 'POST', path: '/_mock/requests/verify', body: `{"body":{"a":${nested()}}}` }),
    () => ({ method: 'POST', path: '/_mock/actions', body: json({ do: 'user.block', where: { identifier: run() } }) }),
    () => ({ method: 'POST', path: '/_mock/actions', body: `{"do":"session.fail","with":{"error":${nested()}}}` }),
    () => ({ method: 'POST', path: '/_mock/worlds', body: `{"seed":${nested()}}` }),
    () => ({ method: 'PUT', path: '/_mock/scenario', body: json({ scenario: run(), [run()]: 1 }) }),
    () => ({ path: one(['/_mock/requests?limit=50', '/_mock/faults', '/_mock/scenario', '/_mock/events']) }),
    () => ({ method: one(methods), path: pathWith('1'), headers: { authorization, ...one(foreign) } }),
    () => ({ method: 'POST', path: '/_mock/snapshots', headers: one(foreign), body: json({ name: run() }) }),
  ]
  for (let i = 0; i < count; i++) {
    yield { method: 'GET', path: '/users', headers: { authorization }, body: '', ...one(kinds)() }
  }
}

/** Equal seeds give equal requests. Control calls are not among them, since they may move time for good. */
export function* strangeRequests(count: number, token: string, seed = 1): Generator<Strange> {
  const random = new Random(seed)
  const one = <T>(of: readonly T[]): T => of[random.below(of.length)] as T
  const rarely = (times: number) => random.below(times) === 0
  const paths = apiRoutes.map(({ path }) => path)
  for (let i = 0; i < count; i++) {
    const template = rarely(5) ? `/${one(pieces)}/${one(pieces)}` : one(paths)
    const path = template.replaceAll(/\{\w+\}/g, () => one(pieces))
    const query = rarely(3)
      ? `?${one(fields)}=${one(pieces)}&limit=${one(pieces)}&after_id=${one(pieces)}&state=${one(pieces)}`
      : ''
    const object = () =>
      `{${Array.from({ length: random.below(5) }, () => `"${one(fields)}":${one(values)}`).join(',')}}`
    const nested = `{"source":${object()},"payload":${object()},"scopes":${object()}}`
    const body = rarely(6) ? one(values) : rarely(6) ? '{"a":' : rarely(3) ? nested : object()
    yield {
      method: one(methods),
      path: encodeURI(path) + encodeURI(query),
      headers: {
        authorization: rarely(12) ? one(['', 'Token', 'Token x', 'Bearer y', `token   ${token}`]) : `Token ${token}`,
        ...(rarely(3) && { [one(headers)]: one(texts) }),
      },
      body,
    }
  }
}
