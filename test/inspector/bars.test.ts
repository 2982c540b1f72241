import { describe, expect, test } from 'vitest'
import { barOf, gracesOf, type PastEvent } from '../../src/inspector/bars.ts'
import { resourceOf } from './described.ts'

const at = (time: string) => `2020-02-20T${time}:00.000000Z`
const ms = (time: string) => Date.parse(at(time))
const sessionBar = barOf.bind(null, resourceOf('session'))
const keyBar = barOf.bind(null, resourceOf('key'))
const session = (state: string, changes: object = {}) => ({
  id: 'a',
  state,
  date_created: at('12:00'),
  date_expired: null,
  ...changes,
})
const past = (event: string, time: string, state: string): PastEvent => ({ at: at(time), event, state })

describe('barOf: a session', () => {
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
  ] as const)(
    'of a session that is %s, with the history %j, has the periods %j and the end %j',
    (state, history, periods, end) => {
      const bar = sessionBar(session(state), history)
      expect(bar.periods.map(({ state, from, to }) => [state, from, to])).toEqual(
        periods.map(([state, from, to]) => [state, ms(from), to && ms(to)]),
      )
      expect(bar.end).toEqual(end && { state: end[0], at: ms(end[1]) })
    },
  )

  test('ends at its date if the history lacks the end', () => {
    const bar = sessionBar(session('expired', { date_expired: at('14:00') }), [])
    expect(bar.periods).toEqual([{ state: 'active', from: ms('12:00'), to: ms('14:00') }])
  })

  test('has the next due work, unless it is over', () => {
    const next = [{ at: at('15:00'), action: 'session.expire', id: 'a' }]
    expect(sessionBar(session('active'), [], next).next).toEqual({ at: ms('15:00'), action: 'session.expire' })
    expect(sessionBar(session('failed'), [], next).next).toBeNull()
  })
})

describe('gracesOf: the replaced tokens of a key', () => {
  const graces = gracesOf.bind(null, resourceOf('key'))
  const rotated = (time: string) => past('key.rotated', time, 'active')
  const revoked = (time: string) => past('key.token_revoked', time, 'active')
  const coming = (time: string) => ({ at: at(time), action: 'key.revoke_token', id: 1 })

  test('last from a rotation until the old token is revoked', () => {
    expect(graces([rotated('10:00'), revoked('16:00')], [])).toEqual([
      { from: ms('10:00'), to: ms('16:00'), over: true },
    ])
  })

  test('end with their due work', () => {
    expect(graces([rotated('10:00')], [coming('16:00')])).toEqual([{ from: ms('10:00'), to: ms('16:00'), over: false }])
  })

  test('overlap if a key is rotated twice', () => {
    expect(graces([rotated('10:00'), rotated('11:00')], [coming('16:00'), coming('17:00')])).toHaveLength(2)
  })

  test('are none after a rotation by force', () => {
    expect(graces([rotated('10:00')], [])).toEqual([])
  })
})

describe('barOf: a key', () => {
  const key = (state: string) => ({ id: 1, state, date_created: at('08:00'), date_expires: null })

  test('is one period while it is active, whatever is rotated', () => {
    expect(keyBar(key('active'), [past('key.rotated', '10:00', 'active')]).periods).toEqual([
      { state: 'active', from: ms('08:00'), to: null },
    ])
  })

  test('changes with its states, and ends when it expires', () => {
    const bar = keyBar(key('expired'), [
      past('key.blocked', '09:00', 'blocked'),
      past('key.expired', '10:00', 'expired'),
    ])
    expect(bar.periods.map(({ state, to }) => [state, to])).toEqual([
      ['active', ms('09:00')],
      ['blocked', ms('10:00')],
    ])
    expect(bar.end).toEqual({ state: 'expired', at: ms('10:00') })
  })

  test('the state before the first event follows from the lifecycle', () => {
    const bar = keyBar(key('active'), [past('key.reactivated', '09:00', 'active')])
    expect(bar.periods.map(({ state }) => state)).toEqual(['deactivated', 'active'])
  })

  test('the next due work is none that ends a grace period', () => {
    const revoke = { at: at('16:00'), action: 'key.revoke_token', id: 1 }
    const expire = { at: at('18:00'), action: 'key.expire', id: 1 }
    expect(keyBar(key('active'), [], [revoke, expire]).next).toEqual({ at: ms('18:00'), action: 'key.expire' })
  })
})
