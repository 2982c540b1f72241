import { describe, expect, it } from 'vitest'
import { startTime } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'
import { quiet, setupControl } from './setup.ts'

describe('The record of a key', () => {
  it('tells when each replaced token ends, and tells them apart without showing them', async () => {
    const api = setupControl()
    const tokens = [api.mock.token]
    for (let i = 0; i < 2; i++) {
      tokens.push((await api.post('/keys/1/rotate', {}, { authorization: `Token ${tokens.at(-1)}` })).body.token)
      await api.mock.clock.advance('1h')
    }
    const { notes } = api.mock.record('key', 1)
    expect(notes).toEqual({
      grace: [
        {
          fingerprint: expect.stringMatching(/^[\da-f]{4}$/),
          replaced: startTime,
          ends: '2020-02-20T18:00:00.000000Z',
        },
        {
          fingerprint: expect.stringMatching(/^[\da-f]{4}$/),
          replaced: '2020-02-20T13:00:00.000000Z',
          ends: '2020-02-20T19:00:00.000000Z',
        },
      ],
    })
    expect(new Set((notes.grace as { fingerprint: string }[]).map(({ fingerprint }) => fingerprint)).size).toBe(2)
    expect(tokens.some((token) => JSON.stringify(notes).includes(token))).toBe(false)
  })

  it('has no notes without replaced tokens', () => {
    expect(setupControl().mock.record('key', 1).notes).toEqual({})
  })
})

describe('A fault is spent', () => {
  it('after its last call', async () => {
    const { mock, get } = setupControl()
    mock.faults.arm({ on: 'GET /users', first: 1, answer: { status: 503 } })
    const before = mock.faults.list().map(({ spent }) => spent)
    await get('/users')
    expect([before, mock.faults.list().map(({ armed, spent }) => [armed, spent])]).toEqual([[false], [[true, true]]])
  })

  it('after its time', async () => {
    const { mock } = setupControl()
    mock.faults.arm({ on: 'GET /users', between: ['0s', '1h'], answer: { status: 503 } })
    await mock.clock.advance('1h')
    expect(mock.faults.list()).toMatchObject([{ spent: true }])
  })
})

describe('A delivery tells', () => {
  it('what it is about, and when it is attempted again', async () => {
    const { mock } = setupControl({ settings: { webhook_answers: [503, 200] } })
    mock.actions['session.expire']({ where: { id: sessionIds.active } })
    await quiet(mock)
    expect(mock.webhooks.deliveries).toMatchObject([
      {
        date: startTime,
        record: { resource: 'session', id: sessionIds.active },
        next: '2020-02-20T12:01:00.000000Z',
        attempts: [{ status: 503 }],
      },
    ])
  })

  it('no next attempt once it was delivered', async () => {
    const { mock } = setupControl({ settings: { webhook_answers: [503, 200] } })
    mock.actions['session.expire']({ where: { id: sessionIds.active } })
    await mock.clock.advance('1m')
    expect(mock.webhooks.deliveries).toMatchObject([{ state: 'delivered', next: null }])
  })
})
