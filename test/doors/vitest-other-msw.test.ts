import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { test } from '../../src/vitest.ts'

describe('Beside an msw server that a file starts without giving it to the tests', () => {
  const other = setupServer()
  // msw 3 has another name for it.
  const bypass = { onUnhandledRequest: 'bypass', onUnhandledFrame: 'bypass' } as const
  let hasRun = false
  beforeAll(() => other.listen(bypass))
  afterAll(() => other.close())

  test.fails('a test fails', () => {
    hasRun = true
  })

  it('it did not run, with calls that both would answer', () => {
    expect(hasRun).toBe(false)
  })
})
