import { describe, expect, test } from 'vitest'
import { mostUndos, nextUndo, takenBefore } from '../../src/inspector/undo.ts'

describe('nextUndo', () => {
  test.each([
    ['+24 h', 'undo-1.--24_h'],
    ['Load two-factor', 'undo-1.Load_two-factor'],
    ['20 Feb 23:06', 'undo-1.20_Feb_23..06'],
    ['é'.repeat(300), 'undo-1.'],
    ['change password', 'undo-1.change_password'],
  ])('the name of the snapshot before %j is %s, which the control API takes', (what, name) => {
    expect(nextUndo([], what)).toEqual({ name, outdated: [] })
    expect(name).toMatch(/^\w[\w.-]{0,63}$/)
  })

  test('counts on from the latest, and deletes the oldest of twenty, but none that was saved by name', () => {
    const taken = Array.from({ length: mostUndos }, (_, i) => ({ name: `undo-${i + 3}.x` }))
    expect(nextUndo([{ name: 'mine' }, ...taken], 'x')).toEqual({
      name: `undo-${mostUndos + 3}.x`,
      outdated: ['undo-3.x'],
    })
  })
})

describe('takenBefore', () => {
  test.each(['+24 h', '20 Feb 23:06', '2020-03-01 12:00', 'Load two-factor', 'change password'])(
    'tells %j as the page did',
    (what) => {
      expect(takenBefore(nextUndo([], what).name)).toBe(what)
    },
  )

  test('tells nothing of a snapshot that was saved by name', () => {
    expect(takenBefore('before-the-deploy')).toBeUndefined()
  })
})
