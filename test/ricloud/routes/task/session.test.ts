import { describe, expect, it } from 'vitest'
import { uuid } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { later } from '../../../support/instants.ts'
import { startDeclined } from '../../../support/sessions.ts'

const slow = { session_init: '5s' } as const

/** The task of a session, as the list has it. */
async function taskOf({ get }: Pick<ReturnType<typeof setupApi>, 'get'>, session: string) {
  const { data } = (await get(`/tasks?session=${session}`)).body
  return data[0]
}

describe('The task of a session', () => {
  it('is under way as long as the session is pending, its attributes in the order of the contract', async () => {
    const api = setupApi({ settings: slow })
    const { body } = await api.post('/sessions', newSession())
    const { id, date_created } = await taskOf(api, body.id)
    expect(JSON.stringify(await taskOf(api, body.id))).toBe(
      JSON.stringify({
        id,
        resource: 'task',
        organisation: 1,
        key: 1,
        user: 1,
        source: body.source.id,
        session: body.id,
        poll: null,
        source_type: 'icloud.account',
        type: 'session.init',
        target: body.id,
        state: 'processing',
        results: { data: [], has_more: false, total_count: 0, url: '/results' },
        error: null,
        date_created,
        date_started: date_created,
        date_completed: null,
      }),
    )
  })

  it('has a UUID', async () => {
    const api = setupApi()
    const { body } = await api.post('/sessions', newSession())
    expect((await taskOf(api, body.id)).id).toMatch(uuid)
  })

  it('is begun at the session’s instant', async () => {
    const api = setupApi({ settings: slow })
    const { body } = await api.post('/sessions', newSession())
    expect((await taskOf(api, body.id)).date_started).toBe(body.date_created)
  })

  it('succeeds when the session becomes active', async () => {
    const api = setupApi({ settings: slow })
    const { body } = await api.post('/sessions', newSession())
    await api.mock.clock.advance('1h')
    const ended = { state: 'succeeded', error: null, date_completed: later(body.date_created, '5s') }
    expect(await taskOf(api, body.id)).toMatchObject(ended)
  })

  it('fails when the session fails', async () => {
    const api = setupApi({ settings: slow })
    const { body } = await startDeclined(api)
    await api.mock.clock.advance('1h')
    const ended = { state: 'failed', date_completed: later(body.date_created, '5s') }
    expect(await taskOf(api, body.id)).toMatchObject(ended)
  })

  it('has the session’s error for the official client', async () => {
    const api = setupApi({ dialect: 'ricloud-py' })
    const { body } = await startDeclined(api, { 'ricloud-await': '1' })
    expect([body.error, (await taskOf(api, body.id)).error]).toEqual(['source-locked', 'source-locked'])
  })

  it('has the session’s error in the documented dialect', async () => {
    const api = setupApi({ dialect: 'documented' })
    const { body } = await startDeclined(api, { 'ricloud-await': '1' })
    expect([body.error, (await taskOf(api, body.id)).error]).toEqual(['init_failed', 'init_failed'])
  })

  it('ends when the session is ended while it is pending', async () => {
    const api = setupApi({ settings: slow })
    const { body } = await api.post('/sessions', newSession())
    await api.delete(`/sessions/${body.id}`)
    await api.mock.clock.advance('1h')
    expect((await taskOf(api, body.id)).state).not.toBe('processing')
  })

  it.each([
    ['session.activate', 'succeeded'],
    ['session.fail', 'failed'],
  ] as const)('ends by the action %s', async (action, state) => {
    const api = setupApi({ settings: slow })
    const { body } = await api.post('/sessions', newSession())
    api.mock.actions[action]({ where: { id: body.id } })
    expect((await taskOf(api, body.id)).state).toBe(state)
  })

  it('stays as it is when the session expires later', async () => {
    const api = setupApi()
    const { body } = await api.post('/sessions', newSession())
    const before = await taskOf(api, body.id)
    await api.delete(`/sessions/${body.id}`)
    expect(await taskOf(api, body.id)).toEqual(before)
  })

  it('ends alone where another session is still pending', async () => {
    const api = setupApi({ settings: slow })
    const one = await api.post('/sessions', newSession())
    await api.mock.clock.advance('3s')
    const two = await api.post('/sessions', newSession())
    await api.mock.clock.advance('3s')
    expect([(await taskOf(api, one.body.id)).state, (await taskOf(api, two.body.id)).state]).toEqual([
      'succeeded',
      'processing',
    ])
  })

  it('is not made for a session that is refused', async () => {
    const { mock, post } = setupApi()
    await post('/sessions', newSession('a@example.com', 3))
    expect(mock.db.task.count()).toBe(0)
  })

  it('is gone after a reset', async () => {
    const { mock, get, post } = setupApi()
    await post('/sessions', newSession())
    mock.reset()
    expect((await get('/tasks')).body.total_count).toBe(0)
  })
})
