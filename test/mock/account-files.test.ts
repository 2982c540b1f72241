import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseCommandLine } from '../../src/cli/command-line.ts'
import { readSettings, serveOptions } from '../../src/cli/settings.ts'
import { createMock, type ScenarioInput } from '../../src/index.ts'
import { loadScenario } from '../../src/node.ts'
import { setupPolls } from '../support/polls.ts'

const identifier = 'renate@example.com'
const photo = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 255])

/** A folder with a scenario whose account names files, and these files. */
function folderWith(account: object, files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-accounts-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'sub'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  writeFileSync(
    join(folder, 'x.json'),
    JSON.stringify({ scenario: 'x', accounts: [{ identifier, ...account }] }, null, 1),
  )
  return folder
}

const named = {
  data: { 'ios_messages.messages': 'sub/messages.json' },
  files: { a: { path: './sub/one.JPG' }, b: { path: 'plain' }, c: 'text' },
}
const files = { 'sub/messages.json': '[{"text": "Hallo ü"}]', 'sub/one.JPG': photo, plain: 'plain' }

/** What polls of the account publish. */
async function published(scenario: ScenarioInput) {
  const { mock, poll, content } = await setupPolls({ scenario }, identifier)
  const made = await poll({ data_types: ['ios_messages.messages'], files: ['a', 'b', 'c'] })
  const [, ...results] = made.results.data.toReversed() as { url: string; type: string | null }[]
  const objects = results.map(({ url, type }) => [type, mock.buckets.get(url).type, [...mock.buckets.get(url).bytes]])
  return { data: content(made, 'ios_messages.messages').data, objects }
}

const bytesOf = (text: string) => [...new TextEncoder().encode(text)]
const expected = {
  data: [{ text: 'Hallo ü' }],
  objects: [
    ['jpg', 'image/jpeg', [...photo]],
    [null, 'text/plain; charset=utf-8', bytesOf('plain')],
    [null, 'text/plain; charset=utf-8', bytesOf('text')],
  ],
}

describe('Files of accounts', () => {
  it('are read beside the scenario file, and published byte by byte', async () => {
    expect(await published(await loadScenario(join(folderWith(named, files), 'x.json')))).toEqual(expected)
  })

  it('are read for a scenario within a config file', async () => {
    const folder = folderWith({}, files)
    const config = join(folder, 'config.json')
    writeFileSync(config, JSON.stringify({ scenario: { scenario: 'x', accounts: [{ identifier, ...named }] } }))
    const { scenario } = await serveOptions(await readSettings(parseCommandLine([]), { environment: {}, config }))
    expect(await published(scenario as ScenarioInput)).toEqual(expected)
  })

  it('tell which they are, for --watch', async () => {
    const folder = folderWith(named, files)
    const { readRicloudScenario } = await import('../../src/mock/scenario-files.ts')
    const read: string[] = []
    await readRicloudScenario(join(folder, 'x.json'), { reads: (path) => read.push(path) })
    const paths = ['x.json', 'sub/messages.json', 'sub/one.JPG', 'plain'].map((name) => join(folder, name))
    expect(read.toSorted()).toEqual(paths.toSorted())
  })

  it.each<[string, object, Record<string, string>, string]>([
    [
      'missing',
      { data: { 'a.b': 'no.json' } },
      {},
      'data.a.b: no.json: it cannot be read: there is no such file (ENOENT)',
    ],
    ['a folder', { files: { a: { path: 'sub' } } }, {}, 'files.a: sub: it is a folder'],
    [
      'no JSON',
      { data: { 'a.b': 'a.json' } },
      { 'a.json': '[1,' },
      'data.a.b: a.json: 1:4 it is not JSON: it ends too early',
    ],
    [
      'no array of objects',
      { data: { 'a.b': 'a.json' } },
      { 'a.json': '{}' },
      'data.a.b: a.json: it must hold an array of objects',
    ],
    ['outside', { files: { a: { path: '../x' } } }, {}, 'files.a: ../x: it lies outside of the folder of the scenario'],
    ['absolute', { files: { a: { path: '/etc/hosts' } } }, {}, 'files.a: /etc/hosts: it lies outside of the folder'],
    ['a device', { data: { 'a.b': 'a\0b' } }, {}, 'it is no path'],
  ])('that are %s are refused with their place', async (_, account, more, problem) => {
    await expect(loadScenario(join(folderWith(account, more), 'x.json'))).rejects.toThrow(problem)
  })

  it('that are too large are refused', async () => {
    const folder = folderWith({ files: { a: { path: 'large' } } }, { large: '' })
    truncateSync(join(folder, 'large'), 2 ** 24 + 1)
    await expect(loadScenario(join(folder, 'x.json'))).rejects.toThrow(
      /\d+:\d+ accounts\[0\]\.files\.a: large: it has 16777217 bytes, and may have at most 16777216/,
    )
  })

  it.each<[string, object, string]>([
    [
      'entries',
      { data: { 'a.b': 'x.json' } },
      'accounts[0].data.a.b is a path; read the scenario with await loadScenario(…)',
    ],
    ['a file', { files: { a: { path: 'x' } } }, 'accounts[0].files.a is a path'],
    ['no base64', { files: { a: { base64: '%' } } }, 'accounts[0].files.a'],
    ['an extension with a dot', { files: { a: { base64: '', type: '.jpg' } } }, 'accounts[0].files.a'],
    [
      'a number',
      { data: { 'a.b': 1 } },
      'accounts[0].data.a.b: must be an array of objects, or the path of a JSON file with one',
    ],
  ])('in a scenario that is an object cannot be %s', (_, account, problem) => {
    const scenario = { scenario: 'x', accounts: [{ identifier, ...account }] } as ScenarioInput
    expect(() => createMock({ scenario })).toThrow(problem)
  })
})

describe('The report of a scenario', () => {
  it('lists what an account scripts as failing and nobody asked for', async () => {
    const failing = { 'whatsapp.*': 'service-unavailable', info: 'file-not-found' } as const
    const { mock, poll } = await setupPolls(
      { scenario: { scenario: 'x', accounts: [{ identifier, failing }] } },
      identifier,
    )
    const unfired = (name: string) => `account: icloud.account ${identifier}: failing ${name}`
    expect(mock.scenario.report().unfired).toEqual([unfired('whatsapp.*'), unfired('info')])
    mock.snapshots.save('before')
    await poll({ data_types: ['whatsapp.messages'] })
    expect(mock.scenario.report().unfired).toEqual([unfired('info')])
    mock.snapshots.restore('before')
    expect(mock.scenario.report().unfired).toHaveLength(2)
  })
})
