import { describe, expect, it } from 'vitest'
import { isOn, parseCommandLine, textOf } from '../../src/cli/command-line.ts'

describe('parseCommandLine', () => {
  it.each(['exec', 'sweep'])('gives the corrected line where the command of %s has a flag and no "--"', (command) => {
    expect(() => parseCommandLine([command, 'python3', '-c', "it's"])).toThrow(
      `${command} takes a command after "--": ricloud-mock ${command} -- python3 -c 'it'\\''s'`,
    )
  })

  it('takes the command to be start where none is named', () => {
    expect(parseCommandLine([])).toMatchObject({ command: 'start', isNamed: false, words: [], given: [] })
  })

  it('finds the command after flags', () => {
    const line = parseCommandLine(['--port', '7000', 'start'])
    expect([line.command, textOf(line, 'port')]).toEqual(['start', '7000'])
  })

  it('takes a value that begins with a dash after =', () => {
    expect(textOf(parseCommandLine(['--token=--json']), 'token')).toBe('--json')
  })

  it('takes the last of two equal flags', () => {
    expect(textOf(parseCommandLine(['--port', '1', '--port', '2']), 'port')).toBe('2')
  })

  it('switches off with --no- what a config file can switch on', () => {
    const line = parseCommandLine(['--no-strict', '--watch'])
    expect([isOn(line, 'strict'), isOn(line, 'watch')]).toEqual([false, true])
  })

  it('keeps everything after -- for the command that exec runs', () => {
    expect(parseCommandLine(['exec', '--strict', '--', 'npm', 'test', '--', '--watch'])).toMatchObject({
      command: 'exec',
      words: [],
      rest: ['npm', 'test', '--', '--watch'],
      given: [{ name: 'strict' }],
    })
  })

  it('takes words after -- that look like flags as words', () => {
    expect(parseCommandLine(['validate', '--', '-odd.yaml']).words).toEqual(['-odd.yaml'])
  })

  it.each([
    ['an unknown flag, with the nearest one', ['--prot', '1'], /Unknown flag "--prot"\. Did you mean "--port"\?/],
    ['an unknown flag whose nearest one is negated', ['--no-strct'], /Did you mean "--no-strict"\?/],
    ['an unknown short flag', ['-x'], /Unknown flag "-x"/],
    ['a flag named like a property of every object', ['--constructor', '1'], /Unknown flag "--constructor"/],
    ['an unknown command, with the nearest one', ['statr'], /Unknown command "statr"\. Did you mean "start"\?/],
    [
      'a scenario file',
      ['one-day.yaml'],
      /Unknown command "one-day\.yaml"\. Did you mean "--scenario one-day\.yaml"\?/,
    ],
    ['a scenario file after start', ['start', 'a.mjs'], /start takes none\. Did you mean "--scenario a\.mjs"\?/],
    [
      'a scenario file after a command without words',
      ['mcp', 'x/a.json'],
      /mcp takes none\. Did you mean "--scenario x\/a\.json"\?/,
    ],
    ['the name of a scenario', ['two-factor', '--json'], /Did you mean "--scenario two-factor"\?/],
    ['a replay file', ['a.replay.json'], /Did you mean "replay a\.replay\.json"\?/],
    ['a recording', ['calls.har'], /Did you mean "compare calls\.har"\?/],
    ['a config file', ['ricloud-mock.config.ts'], /Did you mean "--config ricloud-mock\.config\.ts"\?/],
    ['a folder', ['tests/'], /^Unknown command "tests\/"\. Run with --help/],
    ['a command named like a property of every object', ['constructor'], /Unknown command "constructor"/],
    ['a word too many', ['start', 'now'], /Unknown argument "now": start takes none/],
    ['a word too many after --', ['--', 'now'], /Unknown argument "now"|Unknown command "now"/],
    [
      'a flag of another command',
      ['validate', '--strict'],
      /--strict is a flag of "start", "exec" or "mcp", not of "validate"/,
    ],
    ['a flag of exec for start', ['--verbose'], /--verbose is a flag of "exec" or "mcp", not of "start"/],
    ['a flag of start for exec', ['exec', '--watch', '--', 'ls'], /--watch is a flag of "start", not of "exec"/],
    ['a flag without its value', ['--port'], /--port needs a value/],
    ['a flag whose value is empty', ['--port='], /--port needs a value/],
    ['a flag in the place of a value', ['--token', '--json'], /--token needs a value.* --token=<value>/],
    ['a value for a switch', ['--json=yes'], /--json takes no value/],
    ['the negation of a flag that takes a value', ['--no-port'], /Unknown flag "--no-port"/],
  ])('refuses %s', (_, args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message)
    expect(() => parseCommandLine(args)).toThrow(/^[^\n]+$/)
  })
})
