import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { newSession, setupApi, startTime } from '../../../support/api.ts'
import { recordOf, sessionIds, worlds } from '../../../support/worlds.ts'

const ended = { state: 'expired', error: 'organisation', date_expired: startTime }
const session = (id: string) => recordOf(worlds.default.sessions, id)

describe('DELETE /sessions/{id}', () => {
  it.each(['active', 'pending', 'relay'] as const)('expires the %s session at once', async (state) => {
    const api = setupApi()
    const body = { ...session(sessionIds[state]), ...ended }
    expect(answerOf(await api.delete(`/sessions/${body.id}`))).toEqual({ status: 200, body })
  })

  it.each(['failed', 'expired'] as const)('changes nothing about the %s session', async (state) => {
    const api = setupApi()
    const body = session(sessionIds[state])
    expect(answerOf(await api.delete(`/sessions/${body.id}`))).toEqual({ status: 200, body })
  })

  it('changes nothing when called again later', async () => {
    const api = setupApi()
    const { body } = await api.delete(`/sessions/${sessionIds.active}`)
    await api.mock.clock.advance('1h')
    expect(answerOf(await api.delete(`/sessions/${sessionIds.active}`))).toEqual({ status: 200, body })
  })

  it('keeps the record', async () => {
    const api = setupApi()
    const { body } = await api.delete(`/sessions/${sessionIds.active}`)
    expect(answerOf(await api.get(`/sessions/${sessionIds.active}`))).toEqual({ status: 200, body })
  })

  it('keeps the session in the list', async () => {
    const api = setupApi()
    await api.delete(`/sessions/${sessionIds.active}`)
    expect((await api.get('/sessions')).body.total_count).toBe(5)
  })

  it('keeps the service from activating a pending session', async () => {
    const api = setupApi({ settings: { session_init: '2s' } })
    const { id } = (await api.post('/sessions', newSession())).body
    const { body } = await api.delete(`/sessions/${id}`)
    await api.mock.clock.advance('1m')
    expect((await api.get(`/sessions/${id}`)).body).toEqual(body)
  })

  it('leaves other sessions on the source alone', async () => {
    const api = setupApi()
    const { id } = (await api.post('/sessions', newSession('john.appleseed@reincubate.com'))).body
    await api.delete(`/sessions/${id}`)
    expect((await api.get(`/sessions/${sessionIds.active}`)).body).toEqual(session(sessionIds.active))
  })

  it.each(['00000000-0000-4000-8000-000000000000', 'mine'])('does not find the session %s', async (id) => {
    const api = setupApi()
    expect(refusalOf(await api.delete(`/sessions/${id}`))).toBe('404 not-found')
  })

  it('does not find a session of another organisation', async () => {
    const api = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await api.delete(`/sessions/${sessionIds.other}`))).toBe('404 not-found')
  })
})
