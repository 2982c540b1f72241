import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { later } from '../../../support/instants.ts'
import { recordOf, sessionIds, worlds } from '../../../support/worlds.ts'

const session = (id: string) => recordOf(worlds.default.sessions, id)

describe('GET /sessions/{id}', () => {
  it.each(['active', 'pending', 'failed', 'expired', 'relay'] as const)(
    'answers with the %s session',
    async (state) => {
      const { get } = setupApi()
      const body = session(sessionIds[state])
      expect(answerOf(await get(`/sessions/${body.id}`))).toEqual({ status: 200, body })
    },
  )

  it('shows the source as it is now', async () => {
    const { get, post } = setupApi()
    const { body } = await post('/sources/1', { state: 'deactivated' })
    expect((await get(`/sessions/${sessionIds.active}`)).body.source).toEqual(body)
  })

  it('shows the ID of a source that is gone', async () => {
    const { mock, get } = setupApi()
    mock.db.source.delete({ where: { id: { equals: 1 } } })
    const [listed] = (await get('/sessions?source=1')).body.data
    const { body } = await get(`/sessions/${sessionIds.active}`)
    expect([body.source, listed.source]).toEqual([1, 1])
  })

  it.each(['0s', '2s'] as const)(
    'shows the end of a lifetime of 24 hours exactly so long after a decision that took %s',
    async (session_init) => {
      const { mock, get, post } = setupApi({ settings: { session_init, session_lifetime: '24h', events: ['*'] } })
      const ids: string[] = []
      for (const name of ['a', 'b', 'c']) ids.push((await post('/sessions', newSession(`${name}@example.com`))).body.id)
      await mock.clock.advance(session_init)
      await mock.clock.advance('24h')
      const lasted = ids.map(async (id) => {
        const { date_created, date_expired } = (await get(`/sessions/${id}`)).body
        return date_expired === later(later(date_created, session_init), '24h')
      })
      expect(await Promise.all(lasted)).toEqual([true, true, true])
    },
  )

  it('shows that the service ended it after its lifetime', async () => {
    const { mock, get } = setupApi({ settings: { session_lifetime: '24h' } })
    await mock.clock.advance('1d')
    const body = {
      ...session(sessionIds.relay),
      state: 'expired',
      error: 'service',
      date_expired: '2020-02-20T18:03:19.244108Z',
    }
    expect(answerOf(await get(`/sessions/${sessionIds.relay}`))).toEqual({ status: 200, body })
  })

  it.each(['service', 'api', 'organisation', 'admin'] as const)('shows that the %s ended it', async (error) => {
    const { mock, get } = setupApi()
    const ended = { state: 'expired', error, date_expired: '2020-02-20T12:00:00.000000Z' } as const
    mock.db.session.update({ where: { id: { equals: sessionIds.active } }, data: ended })
    expect((await get(`/sessions/${sessionIds.active}`)).body).toEqual({ ...session(sessionIds.active), ...ended })
  })

  it.each(['00000000-0000-4000-8000-000000000000', '1', 'mine'])('does not find the session %s', async (id) => {
    const { get } = setupApi()
    expect(answerOf(await get(`/sessions/${id}`))).toEqual({
      status: 404,
      body: { error: 'not-found', message: `No session has the ID "${id}".` },
    })
  })

  it('does not find a session of another organisation', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get(`/sessions/${sessionIds.other}`))).toBe('404 not-found')
  })
})
