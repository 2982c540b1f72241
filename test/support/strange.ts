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
