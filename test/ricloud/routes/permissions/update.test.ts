import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, ignoredBy, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { account, limit, setupScoped, setupUnlimited } from './scopes.ts'

const narrow = { scopes: { 'source_type:icloud.account': [limit('user', 1)] } }

describe('POST /permissions/{id}', () => {
  it('changes the scopes as a whole', async () => {
    const { post } = setupApi()
    await post('/permissions', { scopes: { 'source_type:*': [], 'task_type:*': [] } })
    const body = { id: 2, resource: 'permissions', organisation: 1, ...narrow }
    expect(answerOf(await post('/permissions/2', narrow))).toEqual({ status: 200, body })
  })

  it('keeps what it changed', async () => {
    const { get, post } = setupApi()
    await post('/permissions', { scopes: {} })
    const { body } = await post('/permissions/2', narrow)
    expect((await get('/permissions/2')).body).toEqual(body)
  })

  it('leaves the scopes as they are where nothing is said about them', async () => {
    const { post } = setupApi()
    const { body } = await post('/permissions', narrow)
    expect(answerOf(await post('/permissions/2', {}))).toEqual({ status: 200, body })
  })

  it('holds for the next source', async () => {
    const { post } = setupUnlimited()
    await post('/permissions', { scopes: {} })
    await post('/sources', account('one'))
    await post('/permissions/2', narrow)
    expect(refusalOf(await post('/sources', account('two')))).toBe('403 limit-exceeded')
  })

  it('lifts a limit for the next source', async () => {
    const { post } = setupUnlimited()
    await post('/permissions', narrow)
    await post('/sources', account('one'))
    await post('/permissions/2', { scopes: { 'source_type:icloud.*': [] } })
    expect((await post('/sources', account('two'))).status).toBe(201)
  })

  it('cannot change the base', async () => {
    const { post } = setupApi()
    const message = "The permissions 1 are the organisation's base, which it cannot change."
    expect(answerOf(await post('/permissions/1', narrow))).toEqual({
      status: 403,
      body: { error: 'forbidden', message },
    })
  })

  it('leaves the base as it is', async () => {
    const { get, post } = setupApi()
    const { body } = await get('/permissions/1')
    await post('/permissions/1', narrow)
    expect((await get('/permissions/1')).body).toEqual(body)
  })

  it.each([
    ['a scope that does not parse', { scopes: { icloud: [] } }, 'scopes.icloud'],
    ['scopes wider than the base', { scopes: { 'source_type:*': [] } }, 'scopes.source_type:*'],
    ['a limit of −1', { scopes: { 'task_type:*': [limit('key', -1)] } }, 'scopes.task_type:*.0.value'],
    ['scopes that are null', { scopes: null }, 'scopes'],
  ])('refuses %s', async (_, given, field) => {
    const { post } = setupScoped()
    await post('/permissions', { scopes: {} })
    expect(faultsOf(await post('/permissions/2', given))).toEqual(['400 invalid-parameter', field])
  })

  it('changes nothing when it refuses', async () => {
    const { get, post } = setupScoped()
    const { body } = await post('/permissions', { scopes: { 'task_type:*': [] } })
    await post('/permissions/2', { scopes: { 'task_type:*': [], 'source_type:*': [] } })
    expect((await get('/permissions/2')).body).toEqual(body)
  })

  it('ignores other parameters, and says so', async () => {
    const { post } = setupApi()
    await post('/permissions', narrow)
    expect(ignoredBy(await post('/permissions/2', { identifier: 'mine' }))).toBe('identifier')
  })

  it.each([
    ['of another organisation', 'two-organisations', '2'],
    ['of another organisation, to a super organisation too', 'super', '2'],
    ['that there are not', 'default', '99'],
  ] as const)('does not find permissions %s', async (_, fixture, id) => {
    const { post } = setupApi({ fixtures: [fixture] })
    expect(refusalOf(await post(`/permissions/${id}`, narrow))).toBe('404 not-found')
  })
})
