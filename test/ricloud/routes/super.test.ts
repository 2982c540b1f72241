import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, idsOf, refusalOf, withToken } from '../../support/answers.ts'
import { setupApi, startTime } from '../../support/api.ts'
import { recordOf, sessionIds, worlds } from '../../support/worlds.ts'

const ada = { identifier: 'ada@example.com' }
const world = worlds.super

describe('a super organisation', () => {
  it('sees its type', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(JSON.stringify((await get('/organisation')).body)).toBe(JSON.stringify(recordOf(world.organisations, 1)))
  })

  it('makes a user for the organisation that it names', async () => {
    const { post } = setupApi({ fixtures: ['super'] })
    const body = { id: 2, resource: 'user', organisation: 2, key: 2, ...ada, state: 'active', date_created: startTime }
    expect(answerOf(await post('/users', { ...ada, organisation: 2, key: 2 }))).toEqual({ status: 201, body })
  })

  it('makes a user with the first key of the organisation that it names, unless it says which', async () => {
    const { mock, post } = setupApi({ fixtures: ['super'] })
    await post('/keys', {}, withToken('ricloud-mock-token'))
    expect(
      mock.db.key
        .getAll()
        .map(({ organisation }) => organisation)
        .sort(),
    ).toEqual([1, 2, 2])
    expect((await post('/users', { ...ada, organisation: 2 })).body.key).toBe(2)
  })

  it('cannot make a user for an organisation without a key', async () => {
    const { mock, post } = setupApi({ fixtures: ['super'] })
    mock.db.key.delete({ where: { id: { equals: 2 } } })
    const { status, body } = await post('/users', { ...ada, organisation: 2 })
    expect([status, body.params]).toEqual([400, { key: ['is required: organisation 2 has no active key'] }])
  })

  it('makes a user with the first active key of the organisation that it names', async () => {
    const { mock, post } = setupApi({ fixtures: ['super'] })
    await post('/keys', {}, withToken('ricloud-mock-token'))
    mock.actions['key.block']({ where: { id: 2 } })
    expect((await post('/users', { ...ada, organisation: 2 })).body.key).toBe(3)
  })

  it('makes a user of its own where it names no organisation', async () => {
    const { post } = setupApi({ fixtures: ['super'] })
    const { body } = await post('/users', ada)
    expect([body.organisation, body.key]).toEqual([1, 1])
  })

  it('gets the known user of the organisation that it names', async () => {
    const { post } = setupApi({ fixtures: ['super'] })
    const body = recordOf(world.users, 1)
    const answer = await post('/users', { identifier: body.identifier, organisation: 2 })
    expect(answerOf(answer)).toEqual({ status: 200, body })
  })

  it('cannot name an organisation that does not exist', async () => {
    const { post } = setupApi({ fixtures: ['super'] })
    const { status, body } = await post('/users', { ...ada, organisation: 99 })
    expect([status, body.params]).toEqual([400, { organisation: ['names no organisation: 99'] }])
  })

  it.each([
    ['2', [1]],
    ['1', []],
    ['99', []],
  ])('filters sources by the organisation %s', async (organisation, ids) => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(idsOf(await get(`/sources?organisation=${organisation}`))).toEqual(ids)
  })

  it('filters sources by several organisations', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(idsOf(await get('/sources?organisation=1&organisation=2'))).toEqual([1])
  })

  it('cannot filter sources by an organisation that is not an ID', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(faultsOf(await get('/sources?organisation=mine'))).toEqual(['400 invalid-parameter', 'organisation'])
  })

  it.each([
    ['/keys/2', world.keys[0]],
    ['/users/1', world.users[0]],
    ['/sources/1', world.sources[0]],
    [`/sessions/${sessionIds.active}`, world.sessions[0]],
  ])('reads %s of another organisation', async (path, body) => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(answerOf(await get(path))).toEqual({ status: 200, body })
  })

  it.each([
    ['/keys', world.keys],
    ['/users', world.users],
    ['/sources', world.sources],
    ['/sessions', world.sessions],
  ])('lists %s of every organisation', async (url, data) => {
    const { get } = setupApi({ fixtures: ['super'] })
    const body = { data, has_more: false, total_count: data.length, url }
    expect(answerOf(await get(url))).toEqual({ status: 200, body })
  })

  it('goes on in a list after a record of another organisation', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(idsOf(await get('/keys?after_id=2'))).toEqual([1])
  })

  it.each(['storage_config', 'webhook_config'] as const)('has no default %s but its own', async (model) => {
    const { mock, post } = setupApi({ fixtures: ['super'] })
    const { id } = mock.db[model].create({ organisation: 2, state: 'valid' })
    const field = `${model}_default`
    expect(faultsOf(await post('/organisation', { [field]: id }))).toEqual(['400 invalid-parameter', field])
  })
})

describe('a standard organisation', () => {
  const standard = withToken('ricloud-mock-token')

  it('does not see its type', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect((await get('/organisation', standard)).body).toEqual(recordOf(world.organisations, 2))
  })

  it.each([1, 2, 99])('may not make a user for the organisation %i', async (organisation) => {
    const { post } = setupApi({ fixtures: ['super'] })
    expect(answerOf(await post('/users', { ...ada, organisation }, standard))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: 'The parameter "organisation" is for super organisations only.' },
    })
  })

  it.each(['/sources?organisation=1', '/sources?organisation=2'])('may not ask for %s', async (path) => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(answerOf(await get(path, standard))).toEqual({
      status: 403,
      body: { error: 'forbidden', message: 'The parameter "organisation" is for super organisations only.' },
    })
  })

  it("does not find what is the super organisation's", async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(refusalOf(await get('/keys/1', standard))).toBe('404 not-found')
  })
})
