import { describe, expect, it } from 'vitest'
import { ignoredBy, refusalOf } from '../support/answers.ts'
import { newSession, setupApi } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'

const ada = { identifier: 'ada@example.com' }

describe('Mock-Ignored', () => {
  it.each([
    ['GET', '/users?state=active&limit=5'],
    ['POST', '/users', ada],
    ['DELETE', `/sessions/${sessionIds.active}`],
  ])('is not sent where all is known, as in %s %s', async (method, path, body?: object) => {
    const { call } = setupApi()
    expect(ignoredBy(await call(method, path, body))).toBeNull()
  })

  it.each([
    ['POST', '/users', { ...ada, name: 'Ada', age: 36 }, 'name, age'],
    ['POST', '/keys/1/rotate', { forced: true }, 'forced'],
    ['POST', '/organisation', { config: { publish: true } }, 'config.publish'],
    ['POST', '/keys', { config: { publish_source_files: true, publish: true } }, 'config.publish'],
    ['POST', '/sources', { ...newSession().source, info: {} }, 'info'],
    ['POST', '/sessions', { ...newSession(), payload: { password: 'x', hint: 'x' } }, 'payload.hint'],
    ['DELETE', `/sessions/${sessionIds.active}`, { force: true }, 'force'],
    ['POST', '/users', '{"identifier": "ada@example.com", "__proto__": {}, "toString": 1}', '__proto__, toString'],
    ['POST', '/permissions', '{"scopes": {"__proto__": []}}', 'scopes.__proto__'],
  ])('names unknown parameters in the body of %s %s', async (method, path, body, names) => {
    const { call } = setupApi()
    expect(ignoredBy(await call(method, path, body))).toBe(names)
  })

  it.each([
    ['GET', '/users?offset=10&status=active', 'offset, status'],
    ['GET', '/sources/5/children?depth=2', 'depth'],
    ['GET', '/organisation?expand=keys', 'expand'],
    ['GET', '/users/1?expand=key', 'expand'],
    ['GET', '/users?constructor=x', 'constructor'],
    ['POST', '/keys?type=trial', 'type'],
    ['DELETE', `/sessions/${sessionIds.active}?force=true`, 'force'],
  ])('names unknown parameters in the query of %s %s', async (method, path, names) => {
    const { call } = setupApi()
    expect(ignoredBy(await call(method, path))).toBe(names)
  })

  it.each([
    ['POST', '/users', { identifer: 'ada@example.com' }, 'identifer'],
    ['GET', '/users?state=asleep&status=active', undefined, 'status'],
    ['POST', '/organisation', { config: 'none', slug: 'x' }, 'slug'],
  ])('names them in the answer that refuses %s %s', async (method, path, body, names) => {
    const { call } = setupApi()
    const answer = await call(method, path, body)
    expect([refusalOf(answer), ignoredBy(answer)]).toEqual(['400 invalid-parameter', names])
  })

  it('is said in the log too', async () => {
    const lines: string[][] = []
    const { post } = setupApi({ log: (level, message) => lines.push([level, message]) })
    await post('/users', { ...ada, name: 'Ada' })
    expect(lines).toEqual([['warn', 'POST /users ignored name']])
  })
})
