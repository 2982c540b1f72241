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

describe('GET /_mock/changes', () => {
  it('has all records, and then those that were written since', async () => {
    const { mock, post, get } = setupControl()
    const all = (await get('/_mock/changes')).body
    await post('/users', { identifier: 'new@example.com' })
    mock.db.source.delete({ where: { id: { equals: 1 } } })
    const { version, complete, records, removed } = (await get(`/_mock/changes?since=${all.version}`)).body
    const { fields, rows } = records.user
    expect([all.complete, all.records.user.rows.length]).toEqual([true, mock.db.user.count() - 1])
    expect([complete, rows.length, rows[0][fields.indexOf('identifier')]]).toEqual([false, 1, 'new@example.com'])
    expect(removed).toEqual({ source: [1] })
    expect((await get(`/_mock/changes?since=${version}`)).body).toEqual({
      version,
      complete: false,
      records: {},
      removed: {},
    })
  })

  it('has a record that was written twice once, as it is now, with what the API hides', async () => {
    const { mock, get } = setupControl()
    const { version } = mock.changes()
    for (const state of ['blocked', 'active'] as const)
      mock.db.user.update({ where: { id: { equals: 1 } }, data: { state } })
    const { fields, rows } = (await get(`/_mock/changes?since=${version}`)).body.records.user
    expect([rows.length, rows[0][fields.indexOf('state')], fields]).toEqual([
      1,
      'active',
      expect.arrayContaining(['organisation', 'key']),
    ])
  })

  it('has a reference in place of what an event says of its record, and no attempts', async () => {
    const { mock, get } = setupControl()
    const [session] = mock.db.session.findMany({ where: { state: { equals: 'active' } } })
    mock.actions['session.expire']({ where: { id: session?.id as string } })
    const { fields, rows } = (await get('/_mock/changes')).body.records.event
    expect(rows[0][fields.indexOf('data')]).toEqual({ resource: 'session', id: session?.id })
    expect(fields).not.toContain('attempts')
  })

  it('has no token and no secret', async () => {
    const { mock, get } = setupControl()
    const text = JSON.stringify((await get('/_mock/changes')).body)
    expect(secretsIn(mock).filter((secret) => text.includes(secret))).toEqual([])
  })

  it('is complete again after a reset, and for a version that is not known', async () => {
    const { mock, get } = setupControl()
    const { version } = mock.changes()
    mock.reset()
    const complete = async (since: number) => (await get(`/_mock/changes?since=${since}`)).body.complete
    expect([await complete(version), await complete(999)]).toEqual([true, true])
  })

  it.each(['-1', 'now', '1.5'])('?since=%s gets 400', async (since) => {
    const { status, body } = await setupControl().get(`/_mock/changes?since=${since}`)
    expect([status, body.params]).toEqual([
      400,
      { since: [`must be the version of an earlier answer, got "${since}"`] },
    ])
  })
})

describe('GET /_mock/upcoming', () => {
  it('says which call scheduled the work', async () => {
    const { post, get } = setupControl({ settings: { session_init: '2s' } })
    await post('/sessions', newSession())
    const { upcoming } = (await get('/_mock/upcoming')).body
    expect(upcoming.find(({ action }: { action: string }) => action.startsWith('session.')).cause).toEqual({ call: 1 })
  })
})
