import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readConfigFile } from '../../src/cli/config-file.ts'
import { isScenarioPath } from '../../src/cli/option-values.ts'
import { loadScenario } from '../../src/node.ts'

const users = [{ id: 50, resource: 'user', key: 1, identifier: 'mine@example.com', state: 'active' }]
const scenario = `scenario: one-day
fixtures: [default, mine.json]
steps:
  - { on: session.active, after: 24h, do: session.expire }
`

/** A folder with these files, whose lines end as editors of Windows end them. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-line-ends-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text.replaceAll('\n', '\r\n'))
  return folder
}

test('a scenario and its fixture are read with CRLF as with LF', async () => {
  const folder = await folderWith({ 'one.yaml': scenario, 'mine.json': JSON.stringify({ users }, null, 2) })
  expect(await loadScenario(join(folder, 'one.yaml'))).toEqual({
    scenario: 'one-day',
    fixtures: ['default', { users }],
    steps: [{ on: 'session.active', after: '24h', do: 'session.expire' }],
  })
})

test('a problem of a scenario with CRLF is named with its line and column', async () => {
  const folder = await folderWith({ 'one.yaml': 'scenario: x\nsteps:\n  - { at: 1h, do: session.expired }\n' })
  await expect(loadScenario(join(folder, 'one.yaml'))).rejects.toThrow(/\n {2}3:\d+ .*session\.expire/)
})

test('a config file is read with CRLF as with LF', async () => {
  const folder = await folderWith({
    'config.yaml': 'port: 7000\nclock: { frozen: true }\ncors: [http://localhost:3000]\n',
  })
  const read = { port: 7000, 'clock.frozen': true, cors: ['http://localhost:3000'] }
  expect(await readConfigFile(join(folder, 'config.yaml'), false)).toEqual(read)
})

test.each(['scenarios\\one.yaml', '.\\one.yaml', 'C:\\work\\one.yaml', '..\\one.json'])(
  '%s: is the path of a scenario, not the name of a built-in one',
  (path) => expect(isScenarioPath(path)).toBe(true),
)
