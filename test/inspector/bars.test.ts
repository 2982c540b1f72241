import { describe, expect, test } from 'vitest'
import { gracesOf, keyBar, sessionBar } from '../../src/inspector/bars.ts'

const at = (time: string) => `2020-02-20T${time}:00.000000Z`
const ms = (time: string) => Date.parse(at(time))
const session = (state: string, changes: object = {}) => ({
  id: 'a',
  state,
  date_created: at('12:00'),
  date_expired: null,
  ...changes,
})
const past = (event: string, time: string, state: string) => ({ at: at(time), event, state })

describe('The bar of a session', () => {
  test.each([
    ['pending', [past('session.created', '12:00', 'pending')], [['pending', '12:00', null]], null],
    ['pending', [], [['pending', '12:00', null]], null],
    ['active', [], [['active', '12:00', null]], null],
    [
      'active',
      [past('session.created', '12:00', 'pending'), past('session.activated', '12:05', 'active')],
      [
        ['pending', '12:00', '12:05'],
        ['active', '12:05', null],
      ],
      null,
    ],
    [
      'expired',
      [
        past('session.created', '12:00', 'pending'),
        past('session.activated', '12:05', 'active'),
        past('session.expired', '13:00', 'expired'),
      ],
      [
        ['pending', '12:00', '12:05'],
        ['active', '12:05', '13:00'],
      ],
      ['expired', '13:00'],
    ],
    ['failed', [past('session.failed', '12:02', 'failed')], [['pending', '12:00', '12:02']], ['failed', '12:02']],
    ['failed', [], [], ['failed', '12:00']],
    ['expired', [past('session.expired', '13:00', 'expired')], [['active', '12:00', '13:00']], ['expired', '13:00']],
    [
      'expired',
      [past('session.created', '12:00', 'pending'), past('session.expired', '12:30', 'expired')],
      [['pending', '12:00', '12:30']],
      ['expired', '12:30'],
    ],
  ] as const)('%s with %j is %j, ends %j', (state, history, stretches, end) => {
    const bar = sessionBar(session(state), history)
    const told = bar.stretches.map(({ state, from, to }) => [state, from, to])
    expect(told).toEqual(stretches.map(([state, from, to]) => [state, ms(from), to && ms(to)]))
    expect(bar.end).toEqual(end && { state: end[0], at: ms(end[1]) })
  })

  test('ends at its date where the history does not reach', () => {
    const bar = sessionBar(session('expired', { date_expired: at('14:00') }), [])
    expect(bar.stretches).toEqual([{ state: 'active', from: ms('12:00'), to: ms('14:00') }])
  })

  test('tells what comes next, unless it is over', () => {
    const next = [{ at: at('15:00'), action: 'session.expire', id: 'a' }]
    expect(sessionBar(session('active'), [], next).next).toEqual({ at: ms('15:00'), action: 'session.expire' })
    expect(sessionBar(session('failed'), [], next).next).toBeNull()
  })
})

describe('The grace periods of a key', () => {
  const rotated = (time: string) => past('key.rotated', time, 'active')
  const revoked = (time: string) => past('key.token_revoked', time, 'active')
  const coming = (time: string) => ({ at: at(time), action: 'key.revoke_token', id: 1 })

  test('last from a rotation until its token is revoked', () => {
    expect(gracesOf([rotated('10:00'), revoked('16:00')], [])).toEqual([
      { from: ms('10:00'), to: ms('16:00'), over: true },
    ])
  })

  test('end when the queue says so', () => {
    expect(gracesOf([rotated('10:00')], [coming('16:00')])).toEqual([
      { from: ms('10:00'), to: ms('16:00'), over: false },
    ])
  })

  test('overlap where a key is rotated twice', () => {
    expect(gracesOf([rotated('10:00'), rotated('11:00')], [coming('16:00'), coming('17:00')])).toHaveLength(2)
  })

  test('are none after a rotation by force', () => {
    expect(gracesOf([rotated('10:00')], [])).toEqual([])
  })
})

describe('The bar of a key', () => {
  const key = (state: string) => ({ id: 1, state, date_created: at('08:00'), date_expires: null })

  test('runs on while it is active, whatever is rotated', () => {
    expect(keyBar(key('active'), [past('key.rotated', '10:00', 'active')]).stretches).toEqual([
      { state: 'active', from: ms('08:00'), to: null },
    ])
  })

  test('changes with its states, and ends when it expires', () => {
    const bar = keyBar(key('expired'), [
      past('key.blocked', '09:00', 'blocked'),
      past('key.expired', '10:00', 'expired'),
    ])
    expect(bar.stretches.map(({ state, to }) => [state, to])).toEqual([
      ['active', ms('09:00')],
      ['blocked', ms('10:00')],
    ])
    expect(bar.end).toEqual({ state: 'expired', at: ms('10:00') })
  })
})
