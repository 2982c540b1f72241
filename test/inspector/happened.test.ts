import { describe, expect, test } from 'vitest'
import { describeEvents } from '../../src/inspector/happened.ts'
import { described } from './described.ts'

const happened = (...events: string[]) =>
  describeEvents(
    described,
    events.map((event) => ({ event })),
  )

describe('describeEvents', () => {
  test('counts the events of each kind in words', () => {
    expect(happened('session.expired', 'key.token_revoked', 'session.expired')).toBe(
      '2 sessions expired, 1 key token revoked',
    )
  })

  test('says that nothing happened, and how many kinds are left out', () => {
    expect(happened()).toBe('nothing happened')
    expect(happened('user.created', 'user.blocked', 'key.blocked', 'key.rotated', 'key.expired')).toContain(
      'and 2 other kinds',
    )
  })
})
