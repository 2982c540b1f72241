import { describe, expect, it } from 'vitest'
import { type CommandName, commandOf, commands } from '../../src/cli/commands.ts'
import { type FlagName, flagOf, flags } from '../../src/cli/flags.ts'
import { help } from '../../src/cli/help.ts'
import { isOn, textOf } from '../../src/cli/line.ts'
import { readLine } from '../../src/cli/read-line.ts'

const commandNames = Object.keys(commands) as CommandName[]
const flagNames = Object.keys(flags) as FlagName[]

describe('A command line', () => {
  it('starts a server where it names no command', () => {
    expect(readLine([])).toMatchObject({ command: 'start', isNamed: false, words: [], given: [] })
  })

  it('may name the command after flags', () => {
    const line = readLine(['--port', '7000', 'start'])
    expect([line.command, textOf(line, 'port')]).toEqual(['start', '7000'])
  })

  it('takes values joined to their flags, also such as begin with a dash', () => {
    expect(textOf(readLine(['--token=--json']), 'token')).toBe('--json')
  })

  it('lets the last of two equal flags count', () => {
    expect(textOf(readLine(['--port', '1', '--port', '2']), 'port')).toBe('2')
  })

  it('switches off with --no- what a config file switched on', () => {
    const line = readLine(['--no-strict', '--watch'])
    expect([isOn(line, 'strict'), isOn(line, 'watch')]).toEqual([false, true])
  })

  it('leaves everything after -- to the command that exec runs', () => {
    expect(readLine(['exec', '--strict', '--', 'npm', 'test', '--', '--watch'])).toMatchObject({
      command: 'exec',
      words: [],
      rest: ['npm', 'test', '--', '--watch'],
      given: [{ flag: 'strict' }],
    })
  })

  it('takes words after -- that look like flags', () => {
    expect(readLine(['validate', '--', '-odd.yaml']).words).toEqual(['-odd.yaml'])
  })

  it.each([
    ['an unknown flag, with the nearest one', ['--prot', '1'], /Unknown flag "--prot"\. Did you mean "--port"\?/],
    ['an unknown flag that is nearest to a negated one', ['--no-strct'], /Did you mean "--no-strict"\?/],
    ['an unknown short flag', ['-x'], /Unknown flag "-x"/],
    ['a flag named like a property of every object', ['--constructor', '1'], /Unknown flag "--constructor"/],
    ['an unknown command, with the nearest one', ['statr'], /Unknown command "statr"\. Did you mean "start"\?/],
    ['a command named like a property of every object', ['constructor'], /Unknown command "constructor"/],
    ['a word too many', ['start', 'now'], /Unknown argument "now": start takes none/],
    ['a word too many after --', ['--', 'now'], /Unknown argument "now"|Unknown command "now"/],
    [
      'a flag of another command',
      ['validate', '--strict'],
      /--strict is a flag of "start" or "exec", not of "validate"/,
    ],
    ['a flag of exec for start', ['--verbose'], /--verbose is a flag of "exec", not of "start"/],
    ['a flag of start for exec', ['exec', '--watch', '--', 'ls'], /--watch is a flag of "start", not of "exec"/],
    ['a flag without its value', ['--port'], /--port needs a value/],
    ['a flag whose value is empty', ['--port='], /--port needs a value/],
    ['a flag in the place of a value', ['--token', '--json'], /--token needs a value.* --token=<value>/],
    ['a value for a switch', ['--json=yes'], /--json takes no value/],
    ['the negation of what is no switch', ['--no-port'], /Unknown flag "--no-port"/],
  ])('is refused for %s', (_, args, message) => {
    expect(() => readLine(args)).toThrow(message)
    expect(() => readLine(args)).toThrow(/^[^\n]+$/)
  })
})

describe('The help', () => {
  it('of all lists every command, every flag of start and every variable', () => {
    const text = help()
    const words = [
      ...commandNames,
      ...commandOf('start').flags.map((flag) => `--${flag}`),
      'RICLOUD_MOCK_CONTROL_TOKEN',
    ]
    expect(words.filter((word) => !text.includes(word))).toEqual([])
  })

  it.each(commandNames)('of %s lists its flags and no others', (name) => {
    const listed = Array.from(help(name).matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm), ([, flag]) => flag)
    expect(listed).toEqual(commandOf(name).flags)
  })

  it('shows of each flag that takes a value what it takes', () => {
    const takes = flagNames.filter((name) => flagOf(name).value !== undefined)
    const shown = commandNames.map((name) => help(name)).join('')
    expect(takes.filter((name) => !shown.includes(`--${name} <`))).toEqual([])
  })

  it('stays within the width of a terminal', () => {
    const lines = commandNames.flatMap((name) => help(name).split('\n'))
    expect(lines.filter((line) => line.length > 120)).toEqual([])
  })
})
