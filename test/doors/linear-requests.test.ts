import { expect, it } from 'vitest'
import { setupControl } from '../control/setup.ts'

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
  'many filters': ({ get }, text) =>
    get(`/users?${Array.from(text.slice(0, text.length / 4), (_, i) => `a${i}`).join('&')}`),
  'many names': ({ post }, text) =>
    post('/users', Object.fromEntries(Array.from(text.slice(0, text.length / 8), (_, i) => [`a${i}`, 1]))),
  'many scopes': ({ post }, text) =>
    post('/permissions', {
      scopes: Object.fromEntries(Array.from(text.slice(0, text.length / 8), (_, i) => [`a${i}`, 1])),
    }),
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

/** A header has no more than Latin-1. */
const latin = (text: string) => text.replaceAll(/[^ -~\u00a0-\u00ff]/g, '_')

const parts = [
  ':',
  '/',
  '@',
  ' ',
  'a',
  '"',
  '\\',
  '[',
  '{"a":',
  '\u00fc',
  '.',
  '-',
  '0',
  '*',
  '%',
  '?',
  '&a',
  'aA',
  'a.',
  '//',
  '\u001b',
  '\u4e00\u4e01',
]

/** Milliseconds that a request and everything that then shows it take. */
async function duration(send: (api: Api, text: string) => unknown, part: string, length: number): Promise<number> {
  const api = setupControl()
  api.mock.watch(() => {})
  const text = part.repeat(length / part.length)
  const began = performance.now()
  await send(api, text)
  await api.get('/_mock/requests')
  await api.get('/_mock/state')
  api.mock.summary()
  return performance.now() - began
}

const length = 32 * 1024

it.each(Object.keys(places))('Long text takes time by its length as %s', async (place) => {
  const send = places[place] as (api: Api, text: string) => unknown
  for (const part of parts) {
    const quick = await duration(send, part, 4 * length)
    if (quick < 100) continue
    const best = async (length: number) =>
      Math.min(...[await duration(send, part, length), await duration(send, part, length)])
    const [once, fourTimes] = [await best(length), await best(4 * length)]
    // Sixteen times as long where it goes by the square.
    expect(fourTimes, JSON.stringify(part)).toBeLessThan(8 * once + 20)
  }
})
