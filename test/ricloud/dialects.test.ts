import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'
import { startDeclined } from '../support/sessions.ts'
import { sessionIds, worlds } from '../support/worlds.ts'

const documentedList = ['data', 'has_more', 'total_count', 'url']
const clientList = ['resource', ...documentedList]

/** Each dialect, chosen by the caller's User-Agent and by the option, whatever the caller says. */
const ways: [Dialect, string, Dialect | undefined][] = [
  ['documented', 'node', undefined],
  ['documented', 'python-requests/2.23 ricloud-py/3.2.0', undefined],
  ['documented', 'ricloud-python/3.2.0', undefined],
  ['documented', 'ricloud-py/3.2.0', 'documented'],
  ['ricloud-py', 'ricloud-py/3.2.0', undefined],
  ['ricloud-py', 'ricloud-py/4', undefined],
  ['ricloud-py', 'node', 'ricloud-py'],
]

describe.each(ways)('the dialect %s, to the User-Agent %j and by the option %j', (dialect, agent, option) => {
  const headers = { 'user-agent': agent }
  const documented = dialect === 'documented'

  it('names the error of a declined session', async () => {
    const api = setupApi({ dialect: option })
    const { body } = await startDeclined(api, { ...headers, 'ricloud-await': '1' })
    expect(body.error).toBe(documented ? 'init_failed' : 'source-locked')
  })

  it.each(['code-required', 'code-invalid', 'credentials-invalid', 'source-locked', 'init_failed'] as const)(
    'names the error of a session that failed with %s',
    async (error) => {
      const { mock, get } = setupApi({ dialect: option })
      mock.db.session.update({ where: { id: { equals: sessionIds.failed } }, data: { error } })
      const { body } = await get(`/sessions/${sessionIds.failed}`, headers)
      expect(body.error).toBe(documented ? 'init_failed' : error)
    },
  )

  it('says who expired a session', async () => {
    const { get } = setupApi({ dialect: option })
    expect((await get(`/sessions/${sessionIds.expired}`, headers)).body.error).toBe('service')
  })

  it.each(['/keys', '/users', '/sources', '/sessions', '/sources/5/children'])('lists %s', async (path) => {
    const { get } = setupApi({ dialect: option })
    const { body } = await get(path, headers)
    expect([Object.keys(body), body.resource]).toEqual(documented ? [documentedList, undefined] : [clientList, 'list'])
  })

  it('lists what is nested', async () => {
    const { get } = setupApi({ dialect: option })
    const organisation = (await get('/organisation', headers)).body
    const { source } = (await get(`/sessions/${sessionIds.relay}`, headers)).body
    const lists = [organisation.storage_configs, organisation.webhook_configs, source.children]
    const keys = documented ? documentedList : clientList
    expect(lists.map(Object.keys)).toEqual([keys, keys, keys])
  })

  it('has events whose data is what the list of the resource shows', async () => {
    const { mock, get, post } = setupApi({
      dialect: option,
      settings: { events: ['poll.completed', 'organisation.*'] },
    })
    await post('/polls', { session: sessionIds.active, payload: { data_types: ['a.a'], files: ['x'] } })
    await get('/key')
    mock.actions['organisation.deactivate']({})
    mock.actions['organisation.reactivate']({})
    const dataOf = async (type: string) => (await get(`/events?type=${type}&limit=1`, headers)).body.data[0]?.data
    expect(JSON.stringify(await dataOf('poll'))).toBe(JSON.stringify((await get('/polls', headers)).body.data[0]))
    const organisation = (await get('/organisation', headers)).body
    expect(JSON.stringify(await dataOf('organisation'))).toBe(JSON.stringify(organisation))
  })

  it('names the resource of the nested permissions', async () => {
    const { get } = setupApi({ dialect: option })
    const { permissions } = (await get('/organisation', headers)).body
    const resource = documented ? 'organisation_permissions' : 'permissions'
    expect(permissions).toEqual({ ...worlds.default.organisations[0]?.permissions, resource })
  })
})
