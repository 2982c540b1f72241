import { parseArgs } from 'node:util'
import { scenarios } from '../../scenarios/index.ts'
import { either, nearest } from '../engine/messages.ts'
import { type CommandName, commandNames, commandOf } from './commands.ts'
import { canBeOff, flagNames, flagsOf, isSwitch, type OptionName, optionOf } from './options.ts'
import { quoted } from './output.ts'

/** The text that a flag or a variable gives to an option. */
export interface GivenOption {
  readonly name: OptionName
  /** Of a switch `true` or `false`. */
  readonly text: string
  /** What gave it, as messages name it: `--port`, `RICLOUD_MOCK_PORT`. */
  readonly source: string
}

/** A command line, its flags known to its command. */
export interface CommandLine {
  readonly command: CommandName
  /** Whether the command is named; `start` need not be. */
  readonly isNamed: boolean
  readonly words: readonly string[]
  /** What follows `--`, where it is a command of its own. */
  readonly rest: readonly string[]
  readonly given: readonly GivenOption[]
}

/** The text that a command line gives to a flag; the last one counts. */
export function textOf({ given }: CommandLine, name: OptionName): string | undefined {
  return given.findLast((option) => option.name === name)?.text
}

/** The texts of a flag that may be given several times. */
export const textsOf = ({ given }: CommandLine, name: OptionName): readonly string[] =>
  given.filter((option) => option.name === name).map(({ text }) => text)

/** Whether a command line switches something on. */
export const isOn = (line: CommandLine, name: OptionName) => textOf(line, name) === 'true'

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]
type FlagToken = Extract<Token, { kind: 'option' }>

const parsed = Object.fromEntries(
  flagNames.map((name) => {
    const { short } = optionOf(name)
    return [name, { type: isSwitch(name) ? 'boolean' : 'string', ...(short && { short }) } as const]
  }),
)

/** Parses a command, its words and its flags; throws an Error of one sentence that names the one at fault. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: parsed,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? Infinity
  const positionals = tokens.filter((token) => token.kind === 'positional')
  const [named, ...words] = positionals.filter(({ index }) => index < end).map(({ value }) => value)
  const first = named ?? 'start'
  requireTerminator(args, tokens, end)
  const command = commandNames.find((name) => name === first)
  const given = tokens.filter((token) => token.kind === 'option').map((token) => parseFlag(token, command))
  if (!command) {
    const hint = meantBy(first) || nearest(first, commandNames)
    throw new Error(`Unknown command "${first}".${hint} Run with --help to see the commands.`)
  }
  const after = positionals.filter(({ index }) => index > end).map(({ value }) => value)
  const { takes, runsOther = false } = commandOf(command)
  const own = runsOther ? words : [...words, ...after]
  if (takes === '' && own[0] !== undefined) {
    const hint = flagsOf(command).includes('scenario') ? meantBy(own[0]) : ''
    throw new Error(`Unknown argument "${own[0]}": ${command} takes none.${hint} Run ${command} --help.`)
  }
  return { command, isNamed: named !== undefined, words: own, rest: runsOther ? after : [], given }
}

/** Throws an Error where a command that runs another is given it, with flags, without `--`: they would count as its own. */
function requireTerminator(args: readonly string[], tokens: readonly Token[], end: number): void {
  const [named, other] = tokens.filter((token) => token.kind === 'positional')
  const isOthers = ({ kind, index }: Token) => kind === 'option' && index > (other?.index ?? end) && index < end
  if (!named || !other || !tokens.some(isOthers)) return
  const command = commandNames.find((name) => name === named.value)
  if (!command || !commandOf(command).runsOther) return
  const rest = args.slice(other.index).toSpliced(end - other.index, 1)
  const line = ['ricloud-mock', ...args.slice(0, other.index), '--', ...rest].map(shellWord).join(' ')
  throw new Error(`${command} takes a command after "--": ${line}`)
}

/** A word as a shell reads it. */
const shellWord = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))

/** What takes a file, by the end of its name. */
const takers: readonly (readonly [names: RegExp, taker: string])[] = [
  [/\.replay\.json$/, 'replay'],
  [/\.har$/, 'compare'],
  [/\.config\.\w+$/, '--config'],
  [/\.(?:ya?ml|json|m?[jt]s)$/, '--scenario'],
]

/** ` Did you mean "--scenario one-day.yaml"?` for the name of a scenario or a file, otherwise an empty string. */
function meantBy(word: string): string {
  const taker = Object.hasOwn(scenarios, word) ? '--scenario' : takers.find(([names]) => names.test(word))?.[1]
  return taker === undefined ? '' : ` Did you mean "${taker} ${word}"?`
}

/** @param command undefined where it is unknown: flags of every command are known then */
function parseFlag({ name, rawName, value, inlineValue }: FlagToken, command: CommandName | undefined): GivenOption {
  const positive = name.startsWith('no-') ? name.slice('no-'.length) : name
  const flag = flagNames.find((known) => known === name || (known === positive && canBeOff(known)))
  const own = command ? flagsOf(command) : flagNames
  if (!flag) {
    const known = own.flatMap((one) => [`--${one}`, ...(canBeOff(one) ? [`--no-${one}`] : [])])
    const hint = nearest(rawName, known)
    throw new Error(`Unknown flag "${rawName}".${hint} Run ${command ?? 'with'} --help to see the flags.`)
  }
  if (command && !own.includes(flag)) {
    const owners = commandNames.filter((other) => flagsOf(other).includes(flag))
    throw new Error(`--${flag} is a flag of ${either(owners)}, not of "${command}". Run ${command} --help.`)
  }
  const source = `--${name}`
  if (isSwitch(flag)) {
    if (value !== undefined) throw new Error(`${source} takes no value.`)
    return { name: flag, text: String(flag === name), source }
  }
  if (!value) throw new Error(`${source} needs a value. Run ${command ?? 'with'} --help.`)
  if (!inlineValue && value.startsWith('-')) {
    throw new Error(`${source} needs a value; one that begins with "-" is written ${source}=<value>.`)
  }
  return { name: flag, text: value, source }
}
