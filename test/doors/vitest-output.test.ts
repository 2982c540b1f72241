import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../cli/run.ts'
import { newSession, setupApi } from '../support/api.ts'

const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
const replays = join(folder, 'replays')
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes the test that `ricloud-mock replay --print-test` prints for what these calls and changes did, and returns its path. */
async function printTest(): Promise<string> {
  const { mock, get, post, delete: remove } = setupApi({ seed: 3, scenario: 'two-factor' })
  await post('/users', { identifier: 'a@example.com' })
  await post('/users', '{"identifier": ')
  await mock.clock.advance('1h')
  mock.faults.arm({ on: 'POST /sessions', first: 1, answer: { status: 503 } })
  for (let i = 0; i < 2; i++) await post('/sessions', newSession('renate@example.com'))
  mock.faults.arm({ on: 'GET /users', close: 'reset' })
  await get('/users').catch(() => {})
  mock.faults.disarm()
  mock.snapshots.save('before')
  mock.db.user.update({ where: { identifier: { equals: 'a@example.com' } }, data: { identifier: 'b@example.com' } })
  await mock.clock.advanceToNext()
  mock.actions['key.rotate']({ where: { id: 1 } })
  await mock.clock.advance('7h')
  await get('/key')
  mock.snapshots.restore('before')
  await get('/users?limit=1')
  await mock.scenario.load('default')
  await remove('/users/4')
  const file = join(folder, 'printed.replay.json')
  writeFileSync(file, await mock.replayFile({ test: 'printed, "quoted"' }))
  const { code, out, err } = await run('replay', file, '--print-test')
  expect([code, err]).toEqual([0, ''])
  const path = join(folder, 'printed.ts')
  writeFileSync(path, out)
  return path
}

/** The output of Vitest for a file of failing tests, and for one that was printed. */
const output = printTest().then(
  (printed) =>
    new Promise<string>((resolve) => {
      const config = fileURLToPath(new URL('./runner/vitest.config.ts', import.meta.url))
      const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
      const env = { ...process.env, NO_COLOR: '1', CI: 'true', REPLAYS: replays, PRINTED: printed }
      execFile(process.execPath, [vitest, 'run', '--config', config], { env }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      )
    }),
)

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
    ['how many failed', /Tests {2}4 failed \| 2 passed/],
  ])('has %s', async (_, expected) => {
    expect(await output).toMatch(expected)
  })

  it('has no failure of the test that ricloud-mock replay --print-test printed', async () => {
    expect(await output).toMatch(/Test Files {2}1 failed \| 1 passed/)
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
