import { describe, expect, test } from 'vitest'
import { mostUndos, nextUndo, takenBefore } from '../../src/inspector/undo.ts'

describe('nextUndo', () => {
  test.each([
    ['+24 h', 'undo-1.24-h'],
    ['Load two-factor', 'undo-1.Load-two-factor'],
    ['20 Feb 23:06', 'undo-1.20-Feb-23-06'],
    ['é'.repeat(300), 'undo-1.'],
    ['change password', 'undo-1.change-password'],
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
  test('tells what a snapshot was taken before; nothing of one that was saved by name', () => {
    expect([takenBefore('undo-12.change-password'), takenBefore('before-the-deploy')]).toEqual([
      'change password',
      undefined,
    ])
  })
})
