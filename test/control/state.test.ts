import { describe, expect, it } from 'vitest'
import type { Mock, MockOptions } from '../../src/index.ts'
import { newSession } from '../support/api.ts'
import { everything, setupControl } from './setup.ts'

const stateOf = async (options?: MockOptions) => (await setupControl(options).get('/_mock/state')).body

/** Every token and secret of a mock. */
const secretsIn = (mock: Mock) => [
  ...mock.db.key.getAll().flatMap(({ token, tokens_in_grace }) => [token, ...(tokens_in_grace as string[])]),
  ...mock.db.webhook_config.getAll().map(({ secret }) => secret),
]

describe('GET /_mock/state', () => {
  it('has every model', async () => {
    const models = setupControl().mock.db
    expect(Object.keys(await stateOf()).sort()).toEqual([...Object.keys(models), 'objects'].sort())
  })

  it('has every record', async () => {
    const { mock, get } = setupControl({ scenario: 'two-organisations' })
    const { body } = await get('/_mock/state')
    const counts = Object.entries(mock.db).map(([name, model]) => [name, model.count()])
    expect(counts).toEqual(counts.map(([name]) => [name, body[name as string].length]))
  })

  it('has every object, without its bytes', async () => {
    const { mock, get } = setupControl({ scenario: 'poll-results' })
    const { objects } = (await get('/_mock/state')).body
    expect([objects.length, objects]).toEqual([5, mock.buckets.list()])
  })

  it('has records that a call created', async () => {
    const { post, get } = setupControl()
    await post('/users', { identifier: 'new@example.com' })
    expect((await get('/_mock/state')).body.user.at(-1)).toMatchObject({ id: 4, identifier: 'new@example.com' })
  })

  it('has fields that the API hides', async () => {
    const { post, get } = setupControl()
    await post('/keys/1/rotate')
    const { key, source } = (await get('/_mock/state')).body
    const [first] = key.filter(({ id }: { id: number }) => id === 1)
    expect([Object.keys(first), Object.keys(source[0])]).toEqual([
      expect.arrayContaining(['tokens_in_grace']),
      expect.arrayContaining(['validated', 'locked_until', 'organisation']),
    ])
  })

  it.each(['key', 'user', 'source'])('lists the oldest ID first: %s', async (name) => {
    const ids = (await stateOf())[name].map(({ id }: { id: number }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
  })

  it('runs due work first', async () => {
    const { post, get } = setupControl()
    const { id } = (await post('/sessions', newSession())).body
    const { session } = (await get('/_mock/state')).body
    expect(session.find((one: { id: string }) => one.id === id).state).toBe('active')
  })

  it('shows no token and no secret', async () => {
    const { mock, post, get } = setupControl({ scenario: 'two-organisations' })
    await post('/keys/1/rotate')
    const text = JSON.stringify((await get('/_mock/state')).body)
    expect(secretsIn(mock).filter((secret) => text.includes(secret))).toEqual([])
  })

  it('shows every token and secret where showSecrets is on', async () => {
    const { mock, post, get } = setupControl({ scenario: 'two-organisations', showSecrets: true })
    await post('/keys/1/rotate')
    const text = JSON.stringify((await get('/_mock/state')).body)
    expect(secretsIn(mock).filter((secret) => !text.includes(secret))).toEqual([])
  })

  it('returns copies of records', () => {
    const { mock } = setupControl({ showSecrets: true })
    const before = everything(mock)
    Object.assign(mock.state().user[0] as object, { state: 'blocked' })
    expect(everything(mock)).toBe(before)
  })

  it('of a world shows the records of that world', async () => {
    const { world, get } = setupControl()
    const { get: getThere, post } = await world()
    await post('/users', { identifier: 'there@example.com' })
    const counts = [await get('/_mock/state'), await getThere('/_mock/state')].map(({ body }) => body.user.length)
    expect(counts).toEqual([3, 4])
  })
})

describe('GET /_mock/records/{resource}/{id}', () => {
  const failed = async () => {
    const { mock, post, get } = setupControl()
    const { id } = (await post('/sessions', newSession('two-factor@example.com'))).body
    await mock.clock.advance('1m')
    return (await get(`/_mock/records/session/${id}`)).body
  }

  it('has what each dialect sends of a failed session, and the reason that the record holds', async () => {
    const { shown, dialects, stored } = await failed()
    expect([shown.error, dialects.documented.error, dialects['ricloud-py'].error, stored]).toEqual([
      'init_failed',
      'init_failed',
      'code-required',
      { error: 'code-required' },
    ])
  })

  it('has no dialects and nothing stored otherwise where they send the same', async () => {
    const { body } = await setupControl().get('/_mock/records/user/1')
    expect([body.dialects, body.stored]).toEqual([{}, {}])
  })
})
