import { parseArgs } from 'node:util'
import { either, nearest } from '../engine/messages.ts'
import { type CommandName, commandOf, commands } from './commands.ts'
import { type FlagName, flagOf, flags } from './flags.ts'
import type { Given, Line } from './line.ts'

const commandNames = Object.keys(commands) as CommandName[]
const flagNames = Object.keys(flags) as FlagName[]
const options = Object.fromEntries(
  flagNames.map((name) => {
    const { value, short } = flagOf(name)
    return [name, { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) } as const]
  }),
)

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

/** Reads a command, its words and its flags; throws an Error of one sentence that names the one at fault. */
export function readLine(args: readonly string[]): Line {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? Infinity
  const positionals = tokens.filter((token) => token.kind === 'positional')
  const [named, ...words] = positionals.filter(({ index }) => index < end).map(({ value }) => value)
  const first = named ?? 'start'
  const command = commandNames.find((name) => name === first)
  const given = tokens.filter((token) => token.kind === 'option').map((token) => readFlag(token, command))
  if (!command) {
    throw new Error(`Unknown command "${first}".${nearest(first, commandNames)} Run with --help to see the commands.`)
  }
  const after = positionals.filter(({ index }) => index > end).map(({ value }) => value)
  const { takes, runsOther = false } = commandOf(command)
  const own = runsOther ? words : [...words, ...after]
  if (takes === '' && own[0] !== undefined) {
    throw new Error(`Unknown argument "${own[0]}": ${command} takes none. Run ${command} --help.`)
  }
  return { command, isNamed: named !== undefined, words: own, rest: runsOther ? after : [], given }
}

/** @param command undefined where the word for it is unknown, and any command's flags may stand */
function readFlag({ name, rawName, value, inlineValue }: OptionToken, command: CommandName | undefined): Given {
  const positive = name.startsWith('no-') ? name.slice('no-'.length) : name
  const isSwitch = (known: FlagName) => flagOf(known).value === undefined
  const flag = flagNames.find((known) => known === name || (known === positive && canBeOff(known)))
  const own = command ? commandOf(command).flags : flagNames
  if (!flag) {
    const known = own.flatMap((one) => [`--${one}`, ...(canBeOff(one) ? [`--no-${one}`] : [])])
    const hint = nearest(rawName, known)
    throw new Error(`Unknown flag "${rawName}".${hint} Run ${command ?? 'with'} --help to see the flags.`)
  }
  if (command && !own.includes(flag)) {
    const owners = commandNames.filter((other) => commandOf(other).flags.includes(flag))
    throw new Error(`--${flag} is a flag of ${either(owners)}, not of "${command}". Run ${command} --help.`)
  }
  const said = `--${name}`
  if (isSwitch(flag)) {
    if (value !== undefined) throw new Error(`${said} takes no value.`)
    return { flag, written: String(flag === name), said }
  }
  if (!value) throw new Error(`${said} needs a value. Run ${command ?? 'with'} --help.`)
  if (!inlineValue && value.startsWith('-')) {
    throw new Error(`${said} needs a value; one that begins with "-" is written ${said}=<value>.`)
  }
  return { flag, written: value, said }
}

/** Whether a config file can switch it on, so that the command line can switch it off: `--no-strict`. */
const canBeOff = (name: FlagName) => flagOf(name).value === undefined && flagOf(name).sets !== undefined
