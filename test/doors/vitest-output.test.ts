import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** The output of Vitest for a file of failing tests. */
const output = new Promise<string>((resolve) => {
  const config = fileURLToPath(new URL('./runner/vitest.config.ts', import.meta.url))
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const env = { ...process.env, NO_COLOR: '1', CI: 'true' }
  execFile(process.execPath, [vitest, 'run', '--config', config], { env }, (_, stdout, stderr) =>
    resolve(stdout + stderr),
  )
})

describe('The output of a test that failed', () => {
  it.each([
    ['its own error', 'Error: 0 requests match GET /sessions, not at least 1.'],
    [
      'the seed, the scenario and the clock',
      /ricloud-mock: seed 9, scenario "two-factor", clock from 2020-02-20T12:00:00/,
    ],
    ['the last calls', /the calls:\n +1 {2}2020-02-20 12:00:00 {2}POST \/sessions {2}201/],
    ['what never happened in a scenario, though nothing else failed', /never fired: account: icloud.account renate/],
    ['a matcher that was asked of the wrong thing', 'Error: A user is never "expired"'],
    ['how many failed', /Tests {2}4 failed \| 1 passed/],
  ])('has %s', async (_, expected) => {
    expect(await output).toMatch(expected)
  })
})
