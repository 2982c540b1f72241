import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

/** The output of Vitest for a file of failing tests. */
const replays = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
afterAll(() => rmSync(replays, { recursive: true }))
const output = new Promise<string>((resolve) => {
  const config = fileURLToPath(new URL('./runner/vitest.config.ts', import.meta.url))
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const env = { ...process.env, NO_COLOR: '1', CI: 'true', REPLAYS: replays }
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
    [
      'how it is replayed',
      /replay it: npx ricloud-mock replay \S+asks-for-what-did-not-come-[0-9a-f]{8}\.replay\.json/,
    ],
    ['how many failed', /Tests {2}4 failed \| 1 passed/],
  ])('has %s', async (_, expected) => {
    expect(await output).toMatch(expected)
  })

  it('leaves a file, as a test that passed does not', async () => {
    await output
    const names = readdirSync(replays).map((name) => name.replace(/-[0-9a-f]{8}\.replay\.json$/, ''))
    expect(names.sort()).toEqual([
      'asks-for-a-state-that-does-not-exist',
      'asks-for-what-did-not-come',
      'leaves-the-account-of-its-scenario-unused',
      'passes-when-it-is-tried-again-and-leaves-the-account-unused',
    ])
  })
})
