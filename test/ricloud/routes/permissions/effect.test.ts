import { describe, expect, it } from 'vitest'
import type { Limit } from '../../../../src/index.ts'
import { answerOf, withToken } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { account, limit, setupUnlimited } from './scopes.ts'

const second = withToken('ricloud-mock-second-token')

/** A world without limits but those given, in permissions of its own. */
async function setupLimited(...limits: readonly Limit[]) {
  const api = setupUnlimited()
  await api.post('/permissions', { scopes: { 'source_type:icloud.account': limits } })
  return api
}

const exceeded = (level: string, value: number, count: number) => ({
  status: 403,
  body: {
    error: 'limit-exceeded',
    message: `The scope "source_type:icloud.account" allows ${value} for each ${level}, and there are ${count} already.`,
  },
})

describe.each([
  ['POST /sources', '/sources', (identifier: string, user?: number) => account(identifier, user)],
  ['POST /sessions', '/sessions', (identifier: string, user?: number) => newSession(identifier, user)],
] as const)('%s', (_, path, wanted) => {
  describe('with a limit for each user', () => {
    it('refuses a source beyond it, and names scope, limit and count', async () => {
      const { post } = await setupLimited(limit('user', 1))
      await post(path, wanted('one'))
      expect(answerOf(await post(path, wanted('two')))).toEqual(exceeded('user', 1, 1))
    })

    it('lets another user have as many', async () => {
      const { post } = await setupLimited(limit('user', 1))
      await post(path, wanted('one'))
      expect((await post(path, wanted('two', 2))).status).toBe(201)
    })

    it('counts what the user got by another key', async () => {
      const { post } = await setupLimited(limit('user', 1))
      await post(path, wanted('one'), second)
      expect(answerOf(await post(path, wanted('two')))).toEqual(exceeded('user', 1, 1))
    })
  })

  describe('with a limit for each key', () => {
    it('refuses a source beyond it, and names scope, limit and count', async () => {
      const { post } = await setupLimited(limit('key', 2))
      await post(path, wanted('one'))
      await post(path, wanted('two', 2))
      expect(answerOf(await post(path, wanted('three', 3)))).toEqual(exceeded('key', 2, 2))
    })

    it('lets another key have as many', async () => {
      const { post } = await setupLimited(limit('key', 1))
      await post(path, wanted('one'))
      expect((await post(path, wanted('two'), second)).status).toBe(201)
    })
  })

  describe('with a limit for the organisation', () => {
    it('refuses a source beyond it to every key, and names scope, limit and count', async () => {
      const { post } = await setupLimited(limit('organisation', 2))
      await post(path, wanted('one'))
      await post(path, wanted('two', 2), second)
      expect(answerOf(await post(path, wanted('three', 3), second))).toEqual(exceeded('organisation', 2, 2))
    })

    it('refuses the first source where it allows none', async () => {
      const { post } = await setupLimited(limit('organisation', 0))
      expect(answerOf(await post(path, wanted('one')))).toEqual(exceeded('organisation', 0, 0))
    })
  })

  describe('with limits of several levels', () => {
    it('keeps to the narrowest', async () => {
      const { post } = await setupLimited(limit('organisation', 3), limit('key', 2), limit('user', 1))
      await post(path, wanted('one'))
      expect(answerOf(await post(path, wanted('two')))).toEqual(exceeded('user', 1, 1))
    })

    it('keeps to the others where the narrowest holds', async () => {
      const { post } = await setupLimited(limit('organisation', 3), limit('key', 1), limit('user', 1))
      await post(path, wanted('one'))
      expect(answerOf(await post(path, wanted('two', 2)))).toEqual(exceeded('key', 1, 1))
    })
  })

  it('gives back a known source at the limit', async () => {
    const { post } = await setupLimited(limit('user', 1))
    await post(path, wanted('one'))
    expect((await post(path, wanted('one'))).status).toBeLessThan(300)
  })

  it('makes nothing beyond a limit', async () => {
    const { mock, post } = await setupLimited(limit('user', 0))
    await post(path, wanted('one'))
    expect([mock.db.source.count(), mock.db.session.count(), mock.db.task.count()]).toEqual([0, 0, 0])
  })

  it('needs a scope of the base, and names the one that is missing', async () => {
    const { post } = setupUnlimited()
    const source = { user: 1, type: 'mocks.mock', identifier: 'one' }
    const body = path === '/sources' ? source : { source, payload: {} }
    expect(answerOf(await post(path, body))).toEqual({
      status: 403,
      body: { error: 'missing-scope', message: 'The organisation lacks the scope "source_type:mocks.mock".' },
    })
  })

  it('needs a scope of permissions of its own that name the kind, too', async () => {
    const { post } = setupUnlimited()
    await post('/permissions', { scopes: { 'source_type:icloud.drive': [] } })
    expect(answerOf(await post(path, wanted('one')))).toEqual({
      status: 403,
      body: { error: 'missing-scope', message: 'The organisation lacks the scope "source_type:icloud.account".' },
    })
  })

  it.each([
    ['nothing', {}],
    ['another kind', { 'task_type:poll': [limit('organisation', 0)] }],
    ['the family without limits', { 'source_type:icloud.*': [] }],
  ])('is not narrowed by permissions that name %s', async (_, scopes) => {
    const { post } = setupUnlimited()
    await post('/permissions', { scopes })
    expect((await post(path, wanted('one'))).status).toBe(201)
  })

  it('counts all types that a wildcard covers', async () => {
    const { post } = setupApi()
    await post('/permissions', { scopes: { 'source_type:*': [limit('user', 6)] } })
    expect((await post(path, wanted('one'))).body.message).toBe(
      'The scope "source_type:*" allows 6 for each user, and there are 6 already.',
    )
  })
})
