import { describe, expect, it } from 'vitest'
import type { Duration } from '../../../../src/index.ts'
import { morning, newSession, setupApi } from '../../../support/api.ts'
import { startDeclined } from '../../../support/sessions.ts'

/** Starts a session whose service takes a while; gives its state in the answer, and what time it is then. */
async function awaited(session_init: Duration, header: string | undefined) {
  const { mock, post } = setupApi({ settings: { session_init } })
  const headers = header === undefined ? undefined : { 'Ricloud-Await': header }
  const { status, body } = await post('/sessions', newSession(), headers)
  return [status, body.state, mock.clock.now()]
}

describe('Ricloud-Await on POST /sessions', () => {
  it.each([undefined, '0', '', 'soon', '-5', 'NaN', '1e1', '0x5'])('answers at once for %j', async (header) => {
    expect(await awaited('3s', header)).toEqual([201, 'pending', morning])
  })

  it.each([
    ['3s', '3', '2020-02-20T12:00:03.000000Z'],
    ['3s', '7', '2020-02-20T12:00:03.000000Z'],
    ['500ms', '0.5', '2020-02-20T12:00:00.500000Z'],
    ['10s', '10', '2020-02-20T12:00:10.000000Z'],
    ['10s', '60', '2020-02-20T12:00:10.000000Z'],
    ['0s', '1', morning],
  ] as const)('moves a frozen clock to the end of %s within %s seconds', async (init, header, now) => {
    expect(await awaited(init, header)).toEqual([201, 'active', now])
  })

  it.each([
    ['3s', '2'],
    ['11s', '10'],
    ['11s', '60'],
  ] as const)('leaves a frozen clock alone where %s do not lie within %s seconds', async (init, header) => {
    expect(await awaited(init, header)).toEqual([201, 'pending', morning])
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
    expect(mock.clock.now()).toBe(morning)
  })
})
