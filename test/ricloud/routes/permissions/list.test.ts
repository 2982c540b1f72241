import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, idsOf, ignoredBy, refusalOf } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { worlds } from '../../../support/worlds.ts'

const [organisation] = worlds.default.organisations
const base = { id: 1, resource: 'permissions', organisation: 1, scopes: organisation?.permissions.scopes }

describe('GET /permissions', () => {
  it('lists the base of the own organisation alone', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    const body = { data: [base], has_more: false, total_count: 1, url: '/permissions' }
    expect(answerOf(await get('/permissions'))).toEqual({ status: 200, body })
  })

  it('lists the newest first', async () => {
    const { get, post } = setupApi()
    await post('/permissions', { scopes: {} })
    expect(idsOf(await get('/permissions'))).toEqual([2, 1])
  })

  it('is walked page by page', async () => {
    const { get, post } = setupApi()
    for (let i = 0; i < 4; i++) await post('/permissions', { scopes: {} })
    const pages = ['?limit=2', '?limit=2&after_id=4', '?limit=2&after_id=2'].map((query) => get(`/permissions${query}`))
    expect((await Promise.all(pages)).map((page) => [idsOf(page), page.body.has_more, page.body.total_count])).toEqual([
      [[5, 4], true, 5],
      [[3, 2], true, 5],
      [[1], false, 5],
    ])
  })

  it.each(['99', 'one', ''])('cannot go on after %j', async (id) => {
    const { get } = setupApi()
    expect(faultsOf(await get(`/permissions?after_id=${id}`))).toEqual(['400 invalid-parameter', 'after_id'])
  })

  it("cannot go on after another organisation's", async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await get('/permissions?after_id=2'))).toEqual(['400 invalid-parameter', 'after_id'])
  })

  it('has no filters, and says so', async () => {
    const { get } = setupApi()
    expect(ignoredBy(await get('/permissions?organisation=1&identifier=default'))).toBe('organisation, identifier')
  })

  it('lists those of every organisation to a super organisation', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(idsOf(await get('/permissions'))).toEqual([2, 1])
  })
})

describe('GET /permissions/{id}', () => {
  it('shows the base', async () => {
    const { get } = setupApi()
    expect(answerOf(await get('/permissions/1'))).toEqual({ status: 200, body: base })
  })

  it('shows those that were made', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/permissions', { scopes: { 'source_type:*': [] } })
    expect((await get('/permissions/2')).body).toEqual(body)
  })

  it.each(['99', 'default', '0'])('does not find %s', async (id) => {
    const { get } = setupApi()
    const body = { error: 'not-found', message: `No permissions has the ID "${id}".` }
    expect(answerOf(await get(`/permissions/${id}`))).toEqual({ status: 404, body })
  })

  it("does not find another organisation's", async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get('/permissions/2'))).toBe('404 not-found')
  })

  it('cannot be deleted', async () => {
    const api = setupApi()
    expect(refusalOf(await api.delete('/permissions/1'))).toBe('404 not-found')
  })
})
