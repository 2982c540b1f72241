import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { parseCommandLine, textOf } from '../../src/cli/command-line.ts'
import { commandNames } from '../../src/cli/commands.ts'
import { Config } from '../../src/cli/config-file.ts'
import { help } from '../../src/cli/help.ts'
import {
  canBeOff,
  descriptionOf,
  flagNames,
  flagsOf,
  isSwitch,
  type Key,
  nested,
  type OptionName,
  optionOf,
  options,
  settingOptions,
  variables,
} from '../../src/cli/options.ts'
import { readSettings, serveOptions } from '../../src/cli/settings.ts'
import { readPage } from '../evidence/pages.ts'

/** By placeholder: text of a flag, the same value in a config file, and a wrong text. */
const examples: Readonly<Record<string, { text: string; value: unknown; wrong?: string }>> = {
  '<number>': { text: '7', value: 7, wrong: 'many' },
  '<address>': { text: '127.0.0.2', value: '127.0.0.2' },
  '<token>': { text: 'abc', value: 'abc', wrong: 'a b' },
  '<name>': { text: 'ricloud-py', value: 'ricloud-py', wrong: 'ricloud-pi' },
  '<list>': { text: 'default, my.json', value: ['default', 'my.json'], wrong: 'defalut' },
  '<counts>': { text: 'users=5,sessions=20', value: { users: 5, sessions: 20 }, wrong: 'user=5' },
  '<instant>': { text: '2020-02-20T12:00:00Z', value: '2020-02-20T12:00:00Z', wrong: 'noon' },
  '<duration>': { text: '10m', value: '10m', wrong: 'long' },
  '<origin>': { text: 'http://a.example', value: 'http://a.example' },
  '<object>': { text: '', value: { session_init: '1s' } },
  '<file>': { text: 'x.yaml', value: 'x.yaml' },
  '<url>': { text: 'https://a.example', value: 'https://a.example' },
  '<call>': { text: 'GET /users', value: 'GET /users' },
  '<kind>': { text: 'cut', value: 'cut' },
  '<what>': { text: 'a.b', value: 'a.b' },
  '<folder>': { text: '/srv/results', value: '/srv/results' },
}
/** Options that take any text, which is checked later, or none. */
const free: readonly OptionName[] = [
  'host',
  'scenario',
  'settings',
  'cors',
  'allowed-host',
  'webhook-host',
  'local-storage',
  'config',
  'against',
  'url',
  'to',
  'out',
  'keep',
  'excuse',
  'coverage-folder',
]

function exampleOf(name: OptionName) {
  const { placeholder, isRepeatable } = optionOf(name).type
  if (placeholder === undefined) return { text: 'true', value: true }
  const { text, value, wrong } = examples[placeholder] ?? expect.fail(`There is no example of ${placeholder}`)
  return { text, value: isRepeatable ? [value] : value, ...(!free.includes(name) && { wrong }) }
}
const argsOf = (name: OptionName) => (isSwitch(name) ? [`--${name}`] : [`--${name}`, exampleOf(name).text])
const ownerOf = (name: OptionName) => commandNames.find((command) => flagsOf(command).includes(name))

const keyed = (Object.keys(options) as OptionName[]).flatMap((name) => {
  const { key } = optionOf(name)
  return key === undefined ? [] : [{ name, key, ...exampleOf(name) }]
})
const withFlag = keyed.filter(({ name }) => flagNames.includes(name))
const withVariable = Array.from(variables, ([variable, name]) => ({ variable, name, ...exampleOf(name) }))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-options-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The settings of a command line, variables and a config file. */
async function settingsOf(args: readonly string[], environment = {}, file: object = {}) {
  const config = join(await mkdtemp(join(folder, 'config-')), 'config.json')
  await writeFile(config, JSON.stringify(file))
  return (await readSettings(parseCommandLine(args), { environment, config })).values
}

describe('options', () => {
  it('has a row for every option of serve', () => {
    type Row = (typeof options)[OptionName]
    expectTypeOf<Extract<Row, { key: string }>['key']>().toEqualTypeOf<Key>()
    expect(Object.keys(Config.shape)).toEqual(Object.keys(nested(settingOptions.map(({ key }) => [key, true]))))
  })

  it.each(flagNames)('--%s: some command takes it', (name) => {
    const command = ownerOf(name) ?? expect.fail('No command takes it')
    expect(textOf(parseCommandLine([command, ...argsOf(name)]), name)).toBe(exampleOf(name).text)
  })

  it.each(flagNames)('--%s: the nearest word is found', (name) => {
    const command = ownerOf(name) ?? 'start'
    expect(() => parseCommandLine([command, `--${name}x`])).toThrow(`Did you mean "--${name}"?`)
  })

  it.each(withFlag)('--$name: a flag sets $key', async ({ name, key, value }) => {
    expect(await settingsOf(argsOf(name))).toEqual({ [key]: value })
  })

  it.each(flagNames.filter(canBeOff))('--no-%s: a flag switches it off', async (name) => {
    const key = optionOf(name).key as Key
    expect(await settingsOf([`--no-${name}`], {}, nested([[key, true]]))).toEqual({ [key]: false })
  })

  it.each(withFlag.filter(({ name }) => optionOf(name).type.isRepeatable))(
    '--$name: several flags make one list',
    async ({ name, key }) => {
      const args = ['one.example', '*', 'two.example'].flatMap((text) => [`--${name}`, text])
      expect(await settingsOf(args)).toEqual({ [key]: ['one.example', '*', 'two.example'] })
    },
  )

  it.each(withVariable)('$variable: sets what --$name sets', async ({ variable, name, text, value }) => {
    expect(await settingsOf([], { [variable]: text })).toEqual({ [optionOf(name).key as Key]: value })
    expect(await settingsOf([], { [variable]: '' })).toEqual({})
  })

  it.each(keyed)('$key: a config file sets it', async ({ key, value }) => {
    const file = nested([[key, value]])
    const values = await settingsOf([], {}, file)
    // Paths are made relative to the working directory.
    expect({ ...values, ...(key === 'fixtures' && { fixtures: value }) }).toEqual({ [key]: value })
  })

  it.each(keyed.filter(({ wrong }) => wrong !== undefined))(
    '--$name: a wrong value is refused in one sentence that begins with its source',
    async ({ name, key, wrong = '' }) => {
      await expect(settingsOf([`--${name}`, wrong])).rejects.toThrow(new RegExp(`^--${name}\\b[^\\n]+[.?]$`))
      const variable = Array.from(variables).find(([, option]) => option === name)?.[0]
      if (variable) {
        await expect(settingsOf([], { [variable]: wrong })).rejects.toThrow(new RegExp(`^${variable}\\b[^\\n]+[.?]$`))
      }
      const place = new RegExp(`\\d+:\\d+ ${key.replace('.', '\\.')}(?:\\[0\\])?: `)
      const file = nested([[key, key === 'fixtures' ? [wrong] : wrong]])
      await expect(settingsOf([], {}, file)).rejects.toThrow(place)
    },
  )

  it.each(keyed.filter(({ name }) => isSwitch(name) || free.includes(name)))(
    '$key: a number in a config file is refused by its name',
    async ({ key }) => {
      const place = new RegExp(`\\d+:\\d+ ${key.replace('.', '\\.')}: must be `)
      await expect(settingsOf([], {}, nested([[key, 7]]))).rejects.toThrow(place)
    },
  )

  it('serveOptions: passes every setting to serve but those of the command', async () => {
    const values = {
      ...Object.fromEntries(keyed.map(({ key, value }) => [key, value])),
      scenario: 'empty',
      fixtures: ['default'],
    }
    const { watch, json, quiet, ...served } = nested(Object.entries(values))
    expect(await serveOptions({ values, sources: new Map() })).toEqual(served)
    expect([watch, json, quiet]).toEqual([true, true, true])
  })

  it.each(settingOptions.filter(({ isForCommand }) => !isForCommand))(
    '$key: is in the table of src/mock/README.md',
    ({ key }) => {
      const [outer = '', inner] = key.split('.')
      const row = new RegExp(`^\\|.*\`${outer}\\b.*${inner ?? ''}`, 'm')
      expect(readPage('src/mock/README.md')).toMatch(row)
    },
  )
  it.each([...variables.keys()])('%s: is named in src/server/README.md', (variable) => {
    const suffix = variable.replace('RICLOUD_MOCK', '')
    expect(readPage('src/server/README.md')).toMatch(new RegExp(`\`(?:RICLOUD_MOCK)?${suffix}\``))
  })
})

describe('help', () => {
  it.each(commandNames)('%s: lists its flags and no others, with their values and defaults', (command) => {
    const listed = Array.from(
      help(command).matchAll(/^ {2}(?:-\w, )?--([\w-]+)(?: (<\w+>))? {2}.*?(?:default (.*)\))?$/gm),
    )
    expect(listed.map(([, name, placeholder, usual]) => [name, placeholder, usual])).toEqual(
      flagsOf(command).map((name) => [name, optionOf(name).type.placeholder, descriptionOf(name, command).default]),
    )
  })

  it.each([
    ['start', 'host', 'Address to listen on (default 127.0.0.1)'],
    ['compare', 'host', "Host of the recorded calls that are read (default the API's)"],
    ['fixtures', 'host', "Host of the recorded calls that are read (default the API's)"],
    ['exec', 'token', 'Token of the first key (default ricloud-mock-token)'],
    ['compare', 'token', 'Token of the API at --against'],
    ['start', 'json', 'JSON on stdout; the first line has url, token and seed'],
    ['compare', 'json', 'JSON on stdout'],
    ['sweep', 'json', 'JSON on stdout'],
    ['wait', 'timeout', 'How long to wait (default 30s)'],
    ['sweep', 'timeout', 'After how long a run counts as hung (default 30s)'],
  ] as const)('of %s says what --%s means there', (command, flag, text) => {
    const line = help(command)
      .split('\n')
      .find((one) => one.startsWith(`  --${flag} `))
    expect(line?.replace(/^.*? {2,}(?=[A-Z])/, '')).toBe(text)
  })

  it('of a command does not say what a flag means to another one', () => {
    const isOfOther = (text: string, command: string) =>
      text.split(' ').some((word, i, words) => {
        const name = word.replace(/,$/, '')
        return words[i - 1] === 'of' && name !== command && commandNames.some((one) => one === name)
      })
    const wrong = commandNames.flatMap((command) =>
      flagsOf(command)
        .map((flag) => descriptionOf(flag, command).help)
        .filter((text) => isOfOther(text, command)),
    )
    expect(wrong).toEqual([])
  })

  it('without a command lists every command, the flags of start, every variable and every key', () => {
    const text = help()
    const words = [
      ...commandNames.map((name) => `  ${name}`),
      ...flagsOf('start').map((flag) => `--${flag}`),
      ...variables.keys(),
      ...settingOptions.flatMap(({ key }) => key.split('.')),
    ]
    expect(words.filter((word) => !text.includes(word))).toEqual([])
  })

  it('stays within the width of a terminal', () => {
    const lines = commandNames.flatMap((name) => help(name).split('\n'))
    expect(lines.filter((line) => line.length > 120)).toEqual([])
  })
})
