import type { MockOptions } from '../../src/index.ts'
import { same } from './same.ts'

/** One way to reach one mock, in its initial state. */
export interface Door {
  /** The token of the mock's first key. */
  readonly token: string
  /** Calls a path of the mock; nothing is added to the request. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void> | void
}

/** What a behaviour may need of its world. */
export type World = Pick<MockOptions, 'dialect' | 'fixtures' | 'settings'>

/** Something that every door does alike. */
export interface Behaviour {
  readonly title: string
  /** Left out, the default world will do, and the behaviour also runs where no options can be given. */
  readonly world?: World
  /** It sends a User-Agent of its own, which a page cannot. */
  readonly userAgent?: true
  run(door: Door): Promise<void>
}

/** What a call answered. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any
}

export type Given = Readonly<Record<string, string>>

/** Calls with the door's token, unless the headers have another one. */
export async function call(
  door: Door,
  method: string,
  path: string,
  body?: unknown,
  headers: Given = {},
): Promise<Answered> {
  const response = await door.fetch(path, {
    method,
    headers: { authorization: `Token ${door.token}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

export const get = (door: Door, path: string, headers?: Given) => call(door, 'GET', path, undefined, headers)
export const post = (door: Door, path: string, body?: unknown, headers?: Given) =>
  call(door, 'POST', path, body, headers)
/** Moves the clock, which answers with what happened. */
export const advance = (door: Door, duration: string) => post(door, '/_mock/clock', { advance: duration })
/** Headers that call with another token. */
export const withToken = (token: string) => ({ authorization: `Token ${token}` })

export async function statusOf(answer: Promise<Answered>): Promise<number> {
  return (await answer).status
}

/** Throws unless the call was refused in this way, with a body in the API's shape. */
export async function refused(
  answer: Promise<Answered>,
  status: number,
  error: string,
  params?: string[],
): Promise<void> {
  const { status: got, body } = await answer
  same(
    [got, body.error, typeof body.message, body.params && Object.keys(body.params)],
    [status, error, 'string', params],
  )
}

/** A session request that the mock accepts. */
export const newSession = (identifier = 'end-user@example.com', user: number | string = 1) => ({
  source: { user, type: 'icloud.account', identifier },
  payload: { password: 'joshua' },
})

/** Headers of the official client, which a page cannot send. */
export const python = { 'user-agent': 'ricloud-py/3.2.0' }

/** A new session as it is once the service has decided. */
export async function settled(door: Door, wanted: object, headers: Given = {}): Promise<Answered['body']> {
  return (await post(door, '/sessions', wanted, { 'ricloud-await': '1', ...headers })).body
}

/** The state of a record, by its path. */
export const stateOf = async (door: Door, path: string): Promise<string> => (await get(door, path)).body.state
