import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { run as runCommand } from '../cli/run.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const replays = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
const settings = join(replays, 'tsconfig.json')
const built = join(inject('built'), 'package')
const paths = { 'ricloud-mock': [join(built, 'index.js')], 'ricloud-mock/*': [join(built, '*.js')] }
writeFileSync(settings, JSON.stringify({ compilerOptions: { paths } }))
afterAll(() => rmSync(replays, { recursive: true }))

/** A port of the loopback address on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What Playwright prints of all tests here. */
let output = ''
beforeAll(async () => {
  const args = [path('../../node_modules/@playwright/test/cli.js'), 'test', '--config', path('runner')]
  const env = {
    ...process.env,
    NO_COLOR: '1',
    CI: 'true',
    REPLAYS: replays,
    APP_PORT: String(await freePort()),
    TSCONFIG: settings,
  }
  output = await new Promise((resolve) => {
    execFile(process.execPath, [...args, '--reporter=list'], { env, cwd: path('runner') }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}, 300_000)

/** Its lines about the tests in some files: a mark, a number, and the place and title of the test. */
const linesOf = (files: RegExp) => output.split('\n').filter((line) => /^ +\S +\d+ /.test(line) && files.test(line))

it('Every test of ricloud-mock/playwright has a ricloud of its own behind its pages and backends', () => {
  const lines = linesOf(/passing\.ts|\.spec\.ts/)
  expect(lines, output).toHaveLength(15)
  expect(
    lines.filter((line) => !line.includes('✓')),
    output,
  ).toEqual([expect.stringMatching(/ - .*a test owes nothing to its scenario/)])
})

it('A test that failed shows the seed, the scenario and the calls of its world, and leaves a file that replays them', async () => {
  const marks = linesOf(/failing\.ts/).map((line) => line.trim()[0])
  expect(marks, output).toEqual(['✓', '✘', '✘'])
  expect(output).toMatch(/Error: 0 requests match GET \/sessions, not at least 1\./)
  expect(output).toMatch(/ricloud-mock: seed 9, scenario "two-factor".*\n.*the calls:\n.*POST \/sessions {2}201/)
  expect(output).toMatch(/never fired: account: icloud.account renate@example.com/)
  expect(output.match(/attachment #\d+: ricloud-mock replay \(application\/json\)/g)).toHaveLength(2)
  const names = readdirSync(replays)
    .filter((name) => name.endsWith('.replay.json'))
    .sort()
  expect(names).toEqual([
    expect.stringMatching(/^asks-for-what-did-not-come-[0-9a-f]{8}\.replay\.json$/),
    expect.stringMatching(/^leaves-the-account-of-its-scenario-unused-[0-9a-f]{8}\.replay\.json$/),
  ])
  const { code, out, err } = await runCommand('replay', join(replays, names[0] as string))
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('Replayed 1 call of "asks for what did not come" to the same answers and records.')
})
