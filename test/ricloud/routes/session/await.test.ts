import { describe, expect, it } from 'vitest'
import type { Duration } from '../../../../src/index.ts'
import { newSession, setupApi, startTime } from '../../../support/api.ts'
import { later } from '../../../support/instants.ts'
import { startDeclined } from '../../../support/sessions.ts'

/** Starts a session whose service takes a while; gives its state in the answer, what time it is then, and when it began. */
async function awaited(session_init: Duration, header: string | undefined) {
  const { mock, post } = setupApi({ settings: { session_init } })
  const headers = header === undefined ? undefined : { 'Ricloud-Await': header }
  const { status, body } = await post('/sessions', newSession(), headers)
  return { status, state: body.state, now: mock.clock.now(), began: body.date_created }
}

describe('Ricloud-Await on POST /sessions', () => {
  it.each([undefined, '0', '', 'soon', '-5', 'NaN', '1e1', '0x5'])('answers at once for %j', async (header) => {
    const { began, ...answer } = await awaited('3s', header)
    expect(answer).toEqual({ status: 201, state: 'pending', now: began })
  })

  it.each([
    ['3s', '3'],
    ['3s', '7'],
    ['500ms', '0.5'],
    ['10s', '10'],
    ['10s', '60'],
    ['0s', '1'],
  ] as const)('moves a frozen clock to the end of %s within %s seconds', async (init, header) => {
    const { began, ...answer } = await awaited(init, header)
    expect(answer).toEqual({ status: 201, state: 'active', now: later(began, init) })
  })

  it.each([
    ['3s', '2'],
    ['11s', '10'],
    ['11s', '60'],
  ] as const)('leaves a frozen clock alone where %s do not lie within %s seconds', async (init, header) => {
    const { began, ...answer } = await awaited(init, header)
    expect(answer).toEqual({ status: 201, state: 'pending', now: began })
  })

  it('waits for a failure too', async () => {
    const api = setupApi({ settings: { session_init: '1s' } })
    const { body } = await startDeclined(api, { 'ricloud-await': '1' })
    expect([body.state, body.error, body.date_expired]).toEqual(['failed', 'init_failed', null])
  })

  it('shows the source as the session made it', async () => {
    const { post } = setupApi()
    const { body } = await post('/sessions', newSession(), { 'ricloud-await': '1' })
    expect(body.source.state).toBe('active')
  })

  it('does nothing on other calls', async () => {
    const { mock, get } = setupApi({ settings: { session_init: '3s' } })
    await get('/key', { 'ricloud-await': '10' })
    expect(mock.clock.now()).toBe(startTime)
  })
})
