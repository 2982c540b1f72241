import { beforeAll, describe, expect, it } from 'vitest'
import { createMock } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'
import { collector } from '../support/v8.ts'

const collect = collector()

/** Megabytes in use after a collection, which takes long where many tests have run. */
async function heap(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    await new Promise((later) => setTimeout(later, 5))
    collect()
  }
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1e6
}

type Api = ReturnType<typeof setupApi>

/** A megabyte of text that no other text shares. */
const long = (number: number) => `${number}-`.padEnd(1e6, 'abcdefgh')
const times = 4

/** Calls of which nothing stays but what the journal, the history and the log keep. */
const calls: Readonly<Record<string, (api: Api, number: number) => Promise<unknown> | unknown>> = {
  'an unknown name': ({ post }, number) => post('/users', { identifier: 'a', [long(number)]: 1 }),
  'many unknown names': ({ post }, number) =>
    post('/users', {
      identifier: 'a',
      ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}${long(number).slice(0, 40_000)}`, 1])),
    }),
  'a value that is refused': ({ post }, number) => post('/users/1', { state: long(number) }),
  'a name that is refused': ({ post }, number) => post('/permissions', { scopes: { [long(number)]: [] } }),
  'a URL that is refused': ({ post }, number) => post('/configs/storage', { url: `gs://${long(number)}` }),
  'a body that is no JSON': ({ post }, number) => post('/users', long(number)),
  'a path': ({ get }, number) => get(`/users/${long(number)}`),
  'a query': ({ get }, number) => get(`/users?identifier=${long(number)}`),
  'an unknown parameter': ({ get }, number) => get(`/users?${long(number)}=1`),
  'a method': ({ call }, number) => call(`X${long(number)}`, '/users'),
  'a token': ({ get }, number) => get('/users', { authorization: `Token ${long(number)}` }),
  'a User-Agent': ({ get }, number) => get('/users', { 'user-agent': long(number) }),
  'a fault that is refused': ({ post }, number) =>
    post('/_mock/faults', { on: `GET /users/${long(number)}`, delay: '1s' }),
  'an action that is refused': ({ post }, number) =>
    post('/_mock/actions', { do: 'user.block', where: { identifier: long(number) } }),
  'a scenario that is refused': ({ call }, number) =>
    call('PUT', '/_mock/scenario', { scenario: 'a', [long(number)]: 1 }),
  'a clock that is refused': ({ post }, number) => post('/_mock/clock', { advance: long(number) }),
  'a call of a world that ended': ({ get }, number) => get('/users', { authorization: `Token w1-${long(number)}` }),
}

it('a mock that nothing refers to any more is not kept for its due work', async () => {
  const made = Array.from({ length: 20 }, () => new WeakRef(createMock()))
  await heap()
  expect(made.filter((mock) => mock.deref() !== undefined).length).toBeLessThan(made.length / 2)
})

it('a mock with a listener is kept for its due work', async () => {
  const watched = () => {
    const mock = createMock()
    mock.watch(() => {})
    return new WeakRef(mock)
  }
  const made = Array.from({ length: 20 }, watched)
  await heap()
  expect(made.filter((mock) => mock.deref() === undefined)).toEqual([])
})

describe(`${times} requests with a megabyte each leave little in memory`, () => {
  const apis = new Map<string, Api>()
  let before = 0
  beforeAll(async () => {
    for (const [name, send] of Object.entries(calls)) {
      const api = setupApi()
      apis.set(name, api)
      for (let number = 0; number < 2; number++) await send(api, number)
    }
    before = await heap()
  })

  it.each(Object.entries(calls))('%s', async (name, send) => {
    const api = apis.get(name) as Api
    for (let number = 0; number < times; number++) await send(api, number)
    const after = await heap()
    const grown = after - before
    // Collections take most of the time, so one serves the next test too. All mocks stay until the end.
    before = after
    // None grows by a megabyte; a text that stays of each would be all of them.
    expect(grown).toBeLessThan(times / 3)
    expect(api.mock.requests.list().length).toBeGreaterThanOrEqual(0)
  })

  it('the steps of a scenario that fail', async () => {
    const { mock } = setupApi()
    const load = async (number: number) => {
      const where = { 'source.identifier': long(number) }
      await mock.scenario.load({ scenario: 'a', steps: [{ at: '1s', every: '1s', do: 'session.expire', where }] })
      await mock.clock.advance('60s')
      expect(mock.scenario.report().problems).toHaveLength(60)
    }
    const before = await heap()
    await load(1)
    // The scenario itself is twice in memory, as text and as it was read.
    expect((await heap()) - before).toBeLessThan(10)
  })
})
