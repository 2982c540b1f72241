import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settingsLine } from '../../src/cli/banner.ts'
import { parseCommandLine } from '../../src/cli/command-line.ts'
import { readSettings, serveOptions } from '../../src/cli/settings.ts'

let folder: string
let folders = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-settings-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A folder of its own with these files. */
async function folderWith(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const own = await mkdtemp(join(folder, `${++folders}-`))
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(own, name), text)))
  return own
}

interface Given {
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
}

async function settingsOf({ args = [], environment = {}, files = {} }: Given) {
  return readSettings(parseCommandLine(args), { environment, folder: await folderWith(files) })
}

const yaml = (text: string) => ({ 'ricloud-mock.config.yaml': text })

describe('readSettings', () => {
  it('returns nothing where nothing is set', async () => {
    expect(await settingsOf({})).toMatchObject({ values: {}, config: undefined })
  })

  it('lets flags win, then the environment, then the config file', async () => {
    const files = yaml('port: 1\nseed: 1\ntoken: from-file\nstrict: true')
    const environment = { RICLOUD_MOCK_PORT: '2', RICLOUD_MOCK_SEED: '2' }
    const { values } = await settingsOf({ files, environment, args: ['--port', '3', '--no-strict'] })
    expect(values).toEqual({ port: 3, seed: 2, token: 'from-file', strict: false })
  })

  const known =
    'nown after RICLOUD_MOCK_ are PORT, S3_PORT, GCS_PORT, HOST, TOKEN, SEED, SCENARIO, CONTROL_TOKEN, LOCAL_STORAGE, COVERAGE_FOLDER.'
  it.each([
    ['RICLOUD_MOCK_PROT', `RICLOUD_MOCK_PROT is unknown. Did you mean "PORT"? K${known}`],
    ['RICLOUD_MOCK_XYZ', `RICLOUD_MOCK_XYZ is unknown; k${known}`],
    ['RICLOUD_MOCK_JOURNAL', 'RICLOUD_MOCK_JOURNAL is unknown: set it by --journal.'],
    ['RICLOUD_MOCK_MAX_WORLDS', 'RICLOUD_MOCK_MAX_WORLDS is unknown: set it by --max-worlds.'],
  ])('refuses the variable %s, and shows no value', async (name, message) => {
    await expect(settingsOf({ environment: { [name]: 'secret' } })).rejects.toThrow(new Error(message))
  })

  it('names all variables that are unknown', async () => {
    const environment = { RICLOUD_MOCK_PROT: '1', RICLOUD_MOCK_SEDE: '1' }
    await expect(settingsOf({ environment })).rejects.toThrow(/RICLOUD_MOCK_PROT is .* RICLOUD_MOCK_SEDE is /)
  })

  it('passes over empty variables, and those of a service or container that is called ricloud-mock', async () => {
    const environment = {
      RICLOUD_MOCK_PROT: '',
      RICLOUD_MOCK_SERVICE_HOST: '10.0.0.1',
      RICLOUD_MOCK_SERVICE_PORT_HTTP: '7425',
      RICLOUD_MOCK_PORT_7425_TCP_ADDR: '10.0.0.1',
      RICLOUD_MOCK_NAME: '/web/ricloud-mock',
      RICLOUD_MOCK_ENV_NODE_VERSION: '24',
      RICLOUD_URL: 'http://127.0.0.1',
    }
    expect((await settingsOf({ environment })).values).toEqual({})
  })

  it('finds no config file in a folder that was removed or is none', async () => {
    const line = parseCommandLine([])
    for (const name of ['removed', join('file.txt', 'inner')]) {
      const within = await folderWith({ 'file.txt': '' })
      expect(await readSettings(line, { environment: {}, folder: join(within, name) })).toMatchObject({ values: {} })
    }
  })

  it('reads the parts of clock and worlds one by one', async () => {
    const files = yaml('clock: { start: 2020-02-20T12:00:00Z, frozen: true }\nworlds: { max: 5 }')
    const { values } = await settingsOf({ files, args: ['--speed', '60', '--no-frozen', '--world-idle', '10m'] })
    expect(values).toEqual({
      'clock.start': '2020-02-20T12:00:00Z',
      'clock.frozen': false,
      'clock.speed': 60,
      'worlds.max': 5,
      'worlds.idle': '10m',
    })
  })

  it('settingsLine: names each setting with its source, and shows no token', async () => {
    const settings = await settingsOf({
      args: ['--scenario', 'two-factor', '--control-token', 'hidden', '--no-strict', '--generate', 'users=5'],
      environment: { RICLOUD_MOCK_PORT: '7000', RICLOUD_MOCK_TOKEN: 'hidden' },
    })
    expect(settingsLine(settings)).toBe(
      'port 7000 (RICLOUD_MOCK_PORT), token (RICLOUD_MOCK_TOKEN), scenario two-factor (--scenario), controlToken (--control-token), strict off (--no-strict), generate users=5 (--generate)',
    )
  })
})

describe('A config file', () => {
  const wanted = { port: 7000, strict: true }
  it.each([
    ['yaml', 'port: 7000\nstrict: true'],
    ['yml', 'port: 7000\nstrict: true'],
    ['json', '{ "port": 7000, "strict": true }'],
    ['js', 'export default { port: 7000, strict: true }'],
    ['mjs', 'export default { port: 7000, strict: true }'],
    ['ts', 'export default { port: 7000, strict: true as boolean }'],
  ])('is found and read as .%s', async (ending, text) => {
    const { values, config } = await settingsOf({ files: { [`ricloud-mock.config.${ending}`]: text } })
    expect(values).toEqual(wanted)
    expect(config).toMatch(new RegExp(`ricloud-mock\\.config\\.${ending}$`))
  })

  it('is read where --config names it, in place of the one in the folder', async () => {
    const named = join(await folderWith({ 'mine.yaml': 'port: 8000' }), 'mine.yaml')
    const { values } = await settingsOf({ args: ['--config', named], files: yaml('wrong: true') })
    expect(values).toEqual({ port: 8000 })
  })

  it('may be empty', async () => {
    expect((await settingsOf({ files: yaml('# nothing yet') })).values).toEqual({})
  })

  it('is not the backup of an editor', async () => {
    expect((await settingsOf({ files: { 'ricloud-mock.config.yaml~': 'port: 1' } })).values).toEqual({})
  })

  it('names paths relative to itself', async () => {
    const own = await folderWith({
      ...yaml('scenario: ./mine.yaml\nfixtures: [mine.json, default]'),
      'mine.yaml': 'scenario: mine',
      'mine.json': '{ "users": [] }',
    })
    const settings = await readSettings(parseCommandLine([]), { environment: {}, folder: own })
    expect(await serveOptions(settings)).toMatchObject({
      scenario: { scenario: 'mine' },
      fixtures: [{ users: [] }, 'default'],
    })
  })

  it('may hold a scenario, whose problems are reported with line and column', async () => {
    const files = yaml('scenario:\n  scenario: mine\n  steps: [{ at: 1h, do: user.blok }]')
    await expect(settingsOf({ files })).rejects.toThrow(/ 3:\d+ steps\[0\]\.do: .*"user\.block"\? .*$/)
  })

  it('is refused where there are several, and all of them are named', async () => {
    const files = { ...yaml('port: 1'), 'ricloud-mock.config.json': '{}' }
    await expect(settingsOf({ files })).rejects.toThrow(
      'There are several config files: ricloud-mock.config.json, ricloud-mock.config.yaml.',
    )
  })

  it.each([
    [
      'an unknown key, with the nearest one',
      'prot: 7000',
      / 1:1 prot: is unknown\. Did you mean "port"\? Known here: port, /,
    ],
    ['an unknown key of the clock', 'clock: { frozn: true }', / 1:10 clock\.frozn: .*Did you mean "frozen"\?/],
    ['a value of another kind', 'seed: many', / 1:7 seed: must be a whole number .*, got "many"/],
    ['a number out of range', 'port: 65536', /port: must be a whole number from 0 to 65535, got 65536/],
    ['a fixture that is none', 'fixtures: [defalut]', /fixtures\[0\]: .*Did you mean "default"\?/],
    ['a duration that is none', 'worlds: { idle: long }', /worlds\.idle: "long" is not a duration/],
    ['what is no object', '- port', /^ {2}1:1 must be an object/m],
    ['text that is no YAML', 'port: [', /\d:\d+ /],
  ])('is refused for %s', async (_, text, message) => {
    await expect(settingsOf({ files: yaml(text) })).rejects.toThrow(message)
  })

  it.each([
    ['token', 'token: [secret-word]'],
    ['token', 'token: secret word'],
    ['controlToken', 'controlToken: secret word'],
  ])('is refused for an invalid %s without showing it', async (name, text) => {
    const refused = settingsOf({ files: yaml(text) })
    await expect(refused).rejects.toThrow(new RegExp(`1:\\d+ ${name}: must be `))
    await expect(refused).rejects.not.toThrow(/secret/)
  })

  it('lists all its problems at once', async () => {
    await expect(settingsOf({ files: yaml('port: x\nseed: y') })).rejects.toThrow(
      /2 problems\n {2}1:7 port.*\n {2}2:7 seed/,
    )
  })

  it('is refused where it is missing', async () => {
    await expect(settingsOf({ args: ['--config', 'missing.yaml'] })).rejects.toThrow(
      'Failed to read the config file missing.yaml: 1 problem\n  there is no such file',
    )
  })

  it('is refused where a module has no default export', async () => {
    const files = { 'ricloud-mock.config.mjs': 'export const port = 1' }
    await expect(settingsOf({ files })).rejects.toThrow(/it has no default export, which must be a config file$/)
  })
})

describe('A wrong value is refused in one sentence that names its source', () => {
  it.each([
    ['a port that is no number', ['--port', 'http'], /^--port must be a whole number from 0 to 65535, got "http"\.$/],
    ['a port that does not exist', ['--port', '65536'], /^--port must be .*65535, got 65536\.$/],
    ['a port below zero', ['--port=-1'], /^--port must be .*"-1"/],
    ['a seed of more than 32 bits', ['--seed', '4294967296'], /^--seed must be .*4294967295/],
    [
      'counts of something unknown',
      ['--generate', 'user=5'],
      /^--generate user is unknown\. Did you mean "users"\? Known here: users, .*\.$/,
    ],
    ['a count that is no number', ['--generate', 'users=many'], /^--generate users must be .*"many"/],
    [
      'a negative count',
      ['--generate', 'users=-1'],
      /^--generate users must be a whole number from 0 to 10000000, got "-1"\.$/,
    ],
    ['a count given twice', ['--generate', 'users=1,users=2'], /^--generate names users twice/],
    ['a count without a value', ['--generate', 'users'], /^--generate takes counts .*"users" is none/],
    ['an instant that is none', ['--clock', 'noon'], /^--clock: "noon" is not an instant/],
    ['a speed that is none', ['--speed', '0'], /^--speed must be above 0 and at most 1000000, got 0\.$/],
    [
      'a fixture that is none',
      ['--fixtures', 'defalut'],
      /^--fixtures "defalut" is no fixture, nor the path of a JSON file\. Did you mean "default"\? Fixtures are "default", .*\.$/,
    ],
    [
      'no fixture at all',
      ['--fixtures', 'default,'],
      /^--fixtures "" is no fixture, nor the path of a JSON file; fixtures are "default", /,
    ],
    ['a duration that is none', ['--world-idle', 'long'], /^--world-idle: "long" is not a duration/],
  ])('%s', async (_, args, message) => {
    await expect(settingsOf({ args })).rejects.toThrow(message)
    await expect(settingsOf({ args })).rejects.toThrow(/^[^\n]+$/)
  })

  it.each(['a b', 'clé', 'line\nbreak'])('a token such as %j, which is not shown', async (token) => {
    const problem = 'must be a token of visible ASCII without spaces.'
    await expect(settingsOf({ args: ['--token', token] })).rejects.toThrow(new Error(`--token ${problem}`))
    const environment = { RICLOUD_MOCK_CONTROL_TOKEN: token }
    await expect(settingsOf({ environment })).rejects.toThrow(new Error(`RICLOUD_MOCK_CONTROL_TOKEN ${problem}`))
  })

  it.each([
    ['RICLOUD_MOCK_PORT', 'tcp://10.0.0.1:7425', /^RICLOUD_MOCK_PORT must be .*"tcp:\/\/10\.0\.0\.1:7425"\.$/],
    ['RICLOUD_MOCK_SEED', '-1', /^RICLOUD_MOCK_SEED must be /],
  ])('a variable: %s', async (name, value, message) => {
    await expect(settingsOf({ environment: { [name]: value } })).rejects.toThrow(message)
  })

  it('a scenario that is a folder', async () => {
    // A name without slashes and dots could also be that of a built-in scenario.
    const settings = await settingsOf({ args: ['--scenario', 'src'] })
    await expect(serveOptions(settings)).rejects.toThrow(
      /scenario src: 1 problem\n +it is a folder; name a file in it /,
    )
  })

  it('a scenario that is unknown, with the nearest one', async () => {
    const settings = await settingsOf({ environment: { RICLOUD_MOCK_SCENARIO: 'two-facter' } })
    await expect(serveOptions(settings)).rejects.toThrow(
      /^RICLOUD_MOCK_SCENARIO: no scenario is called "two-facter"\. Did you mean "two-factor"\? There are "default", .*\.$/,
    )
    const fromFile = await settingsOf({ files: yaml('scenario: constructor') })
    await expect(serveOptions(fromFile)).rejects.toThrow(/config\.yaml: scenario: no scenario is called "constructor"/)
  })

  it('a JSON file of fixtures that is missing', async () => {
    const settings = await settingsOf({ args: ['--fixtures', 'missing.json'] })
    await expect(serveOptions(settings)).rejects.toThrow(
      'Failed to read the fixtures of --fixtures: 1 problem\n  fixtures[0]: missing.json: there is no such file',
    )
  })
})
