import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, inject, it } from 'vitest'
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

/** The output of Playwright for the tests in files of these names. */
async function run(...files: string[]): Promise<string> {
  const args = [path('../../node_modules/@playwright/test/cli.js'), 'test', '--config', path('runner'), ...files]
  const env = {
    ...process.env,
    NO_COLOR: '1',
    CI: 'true',
    REPLAYS: replays,
    APP_PORT: String(await freePort()),
    TSCONFIG: settings,
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [...args, '--reporter=list'], { env, cwd: path('runner') }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}

it('Every test of ricloud-mock/playwright has a ricloud of its own behind its pages and backends', async () => {
  expect(await run('passing', 'recipes')).toMatch(/^ {2}1 skipped\n {2}13 passed/m)
}, 180_000)

it('A test that failed shows the seed, the scenario and the calls of its world, and leaves a file that replays them', async () => {
  const output = await run('failing')
  expect(output).toMatch(/^ {2}2 failed/m)
  expect(output).toMatch(/^ {2}1 passed/m)
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
}, 180_000)
