import { describe, expect, it } from 'vitest'
import { refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { worldWithScopes } from '../../../support/worlds.ts'

const right = 'A1B2C3'

/** A mock with which Relay instances are paired. */
function setupPairing(options: Parameters<typeof setupApi>[0] = {}) {
  const api = setupApi(options)
  const pair = (code: string, identifier?: string, user = 1) => {
    const source = { user, type: 'rirelay.instance', identifier }
    return api.post('/sessions', { source, payload: { code } }, { 'ricloud-await': '1' })
  }
  const count = async (query: string): Promise<number> => (await api.get(`/sources?${query}`)).body.total_count
  return { ...api, pair, count }
}

const limited = (value: number) => ({
  fixtures: [worldWithScopes({ 'source_type:rirelay.instance': [{ level: 'user', type: 'count', value }] })],
})

describe('Pairing a Relay instance', () => {
  it('gives no two sources of a user one identifier', async () => {
    const { mock, pair } = setupPairing()
    for (const identifier of [undefined, undefined, 'relay-1', 'relay-2', 'relay-1']) await pair(right, identifier)
    const keys = mock.db.source.getAll().map(({ user, type, identifier }) => `${user} ${type} ${identifier}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('gives equal seeds equal devices, and other seeds others', async () => {
    const identifiersOf = async (seed: number) => {
      const { source } = (await setupPairing({ seed }).pair(right, 'relay-1')).body
      return source.children.data.map(({ identifier }: { identifier: string }) => identifier)
    }
    expect(await identifiersOf(7)).toEqual(await identifiersOf(7))
    expect(await identifiersOf(7)).not.toEqual(await identifiersOf(8))
  })

  it('a second time leaves its devices the sources that they are, also those of a fixture', async () => {
    const { pair, get } = setupPairing()
    const { identifier, children } = (await get('/sources/5')).body
    expect((await pair(right, identifier)).body.source.children).toEqual(children)
  })
})

describe('A wrong code', () => {
  it('leaves one unvalidated instance at most', async () => {
    const { pair, count } = setupPairing()
    for (let i = 0; i < 5; i++) await pair('wrong')
    expect(await count('type=rirelay.instance&state=unvalidated')).toBe(1)
  })

  it('leaves the instance that the right code then pairs', async () => {
    const { pair, count } = setupPairing()
    const { source } = (await pair('wrong')).body
    const paired = (await pair(right)).body.source
    expect([paired.id, paired.state, await count('type=rirelay.instance')]).toEqual([source.id, 'active', 2])
  })

  it('leaves instances of other users and those with an identifier of their own alone', async () => {
    const { mock, pair } = setupPairing()
    mock.actions['user.reactivate']({ where: { id: 2 } })
    const ids = [await pair('wrong', 'office'), await pair('wrong'), await pair('wrong', undefined, 2)]
    expect(new Set(ids.map(({ body }) => body.source.id)).size).toBe(3)
  })

  it('counts against no limit', async () => {
    const { pair } = setupPairing(limited(2))
    for (const identifier of [undefined, 'office', 'home', undefined]) await pair('wrong', identifier)
    expect((await pair(right, 'another')).body.state).toBe('active')
  })

  it('cannot be used to exceed a limit', async () => {
    const { mock, pair } = setupPairing(limited(2))
    for (const identifier of [undefined, 'office', 'home']) await pair('wrong', identifier)
    const answers = [await pair(right, 'office'), await pair(right, 'home'), await pair(right)]
    expect(answers.map((answer) => answer.body.state ?? refusalOf(answer))).toEqual([
      'active',
      '403 limit-exceeded',
      '403 limit-exceeded',
    ])
    expect(mock.db.source.count({ where: { type: { equals: 'rirelay.instance' }, state: { equals: 'active' } } })).toBe(
      2,
    )
  })

  it('cannot be used to exceed a limit with sessions that are pending at the same time', async () => {
    const { mock, post } = setupApi({ ...limited(2), settings: { session_init: '1m' } })
    for (const identifier of ['office', 'home']) {
      await post('/sessions', { source: { user: 1, type: 'rirelay.instance', identifier }, payload: { code: right } })
    }
    await mock.clock.advance('1m')
    const states = ['office', 'home'].map(
      (identifier) => mock.db.source.findFirst({ where: { identifier: { equals: identifier } } })?.state,
    )
    expect(states).toEqual(['active', 'unvalidated'])
  })
})
