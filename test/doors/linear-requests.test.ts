import { expect, it } from 'vitest'
import { setupControl } from '../control/setup.ts'
import { cpuTime } from '../support/cpu.ts'

type Api = ReturnType<typeof setupControl>

/** Places of a request, and of options and control calls, where text of any length and characters may stand. */
const places: Readonly<Record<string, (api: Api, text: string) => Promise<unknown> | unknown>> = {
  'an identifier': ({ post }, identifier) => post('/users', { identifier }),
  'an unknown name': ({ post }, name) => post('/users', { identifier: 'a', [name]: 1 }),
  'a body': ({ post }, body) => post('/users', body),
  'a webhook URL': ({ post }, text) => post('/configs/webhook', { url: `http://${text}` }),
  'the path of a webhook URL': ({ post }, text) => post('/configs/webhook', { url: `http://localhost/${text}x` }),
  'a storage URL': ({ post }, text) => post('/configs/storage', { url: `gs://bucket/${text}` }),
  'a bucket': ({ post }, text) => post('/configs/storage', { url: `gs://${text}` }),
  'a payload': ({ post }, payload) =>
    post('/sessions', { source: { user: 1, type: 'mocks.mock', identifier: 'a' }, payload: { payload } }),
  'the identifier of a source': ({ post }, identifier) =>
    post('/sources', { user: 1, type: 'icloud.account', identifier }),
  'a scope': ({ post }, text) => post('/permissions', { scopes: { [`source_type:${text}`]: [] } }),
  'a state': ({ post }, state) => post('/users/1', { state }),
  'an ID': ({ post }, key) => post('/users/1', { key }),
  'a path': ({ get }, text) => get(`/${encodeURIComponent(text)}`),
  'an ID in a path': ({ get }, text) => get(`/users/${encodeURI(text).replaceAll(/[?#]/g, '')}`),
  'a filter': ({ get }, identifier) => get(`/users?${new URLSearchParams({ identifier })}`),
  'the name of a filter': ({ get }, name) => get(`/users?${new URLSearchParams({ [name]: '1' })}`),
  'a date': ({ get }, date_created) => get(`/users?${new URLSearchParams({ date_created })}`),
  'a token': ({ get }, text) => get('/users', { authorization: `Token ${latin(text)}` }),
  'what stands before a token': ({ get }, text) => get('/users', { authorization: `Token${latin(text)}!` }),
  'Ricloud-Await': ({ post }, text) => post('/sessions', {}, { 'ricloud-await': latin(text) }),
  'the call of a fault': ({ post }, text) => post('/_mock/faults', { on: `GET /${text}`, delay: '1s' }),
  'a duration': ({ post }, advance) => post('/_mock/clock', { advance }),
  'an instant': ({ post }, set) => post('/_mock/clock', { set }),
  'a path that is verified': ({ verify }, text) => verify({ path: `/${text}` }),
  'a value that is verified': ({ verify }, text) => verify({ body: { identifier: text }, query: { a: text } }),
  'the name of a snapshot': ({ post }, name) => post('/_mock/snapshots', { name }),
  'a condition': ({ post }, text) => post('/_mock/actions', { do: 'user.block', where: { identifier: text } }),
  'an action': ({ post }, text) => post('/_mock/actions', { do: text }),
  'the name of a scenario': ({ put }, scenario) => put('/_mock/scenario', { scenario }),
  'the account of a scenario': ({ put }, identifier) =>
    put('/_mock/scenario', { scenario: 'a', accounts: [{ identifier }] }),
  'the event of a step': ({ put }, on) => put('/_mock/scenario', { scenario: 'a', steps: [{ on, do: 'user.block' }] }),
  'a seed': ({ post }, seed) => post('/_mock/worlds', { seed }),
}

/** Requests with so many parts. */
const many: Readonly<Record<string, (api: Api, names: readonly string[]) => Promise<unknown> | unknown>> = {
  filters: ({ get }, names) => get(`/users?${names.join('&')}`),
  names: ({ post }, names) => post('/users', Object.fromEntries(names.map((name) => [name, 1]))),
  scopes: ({ post }, names) => post('/permissions', { scopes: Object.fromEntries(names.map((name) => [name, 1])) }),
  values: ({ post }, names) => post('/users/1', { state: names }),
  'verified attributes': async ({ post, verify }, names) => {
    for (let i = 0; i < 8; i++) await post('/users', { identifier: 'a' })
    await verify({ body: Object.fromEntries(names.map((name) => [name, 1])) })
  },
}

/** A header has no more than Latin-1. */
const latin = (text: string) => text.replaceAll(/[^ -~\u00a0-\u00ff]/g, '_')

const parts = [':', '/', ' ', '"', '{"a":', '0.', '*', '&a', '\u001b', '\u4e00\u4e01']

/** Milliseconds that a request and everything that then shows it take. */
async function duration(send: (api: Api) => unknown): Promise<number> {
  const api = setupControl()
  api.mock.watch(() => {})
  return cpuTime(async () => {
    await send(api)
    await api.get('/_mock/requests')
    await api.get('/_mock/state')
    api.mock.summary()
  })
}

/** Whether a request of four times the length takes little time, or at most nine times as long: by the square it is sixteen. */
async function isLinear(sendOf: (length: number) => (api: Api) => unknown, length: number): Promise<boolean> {
  if ((await duration(sendOf(4 * length))) < 100) return true
  const small = Math.min(await duration(sendOf(length)), await duration(sendOf(length)))
  // A collection of the heap that all tests share can take longer than the request.
  for (let i = 0; i < 5; i++) if ((await duration(sendOf(4 * length))) < 9 * small + 50) return true
  return false
}

it.each(Object.keys(places))('Long text takes time by its length as %s', async (place) => {
  const send = places[place] as (api: Api, text: string) => unknown
  for (const part of parts) {
    const sendOf = (length: number) => (api: Api) => send(api, part.repeat(length / part.length))
    expect([part, await isLinear(sendOf, 32 * 1024)]).toEqual([part, true])
  }
})

it.each(Object.keys(many))('Many %s take time by their number', async (place) => {
  const send = many[place] as (api: Api, names: readonly string[]) => unknown
  const sendOf = (count: number) => (api: Api) =>
    send(
      api,
      Array.from({ length: count }, (_, i) => `a${i}`),
    )
  expect(await isLinear(sendOf, 4000)).toBe(true)
})
