import { parseArgs } from 'node:util'
import type { Counts } from '../domain/counts.ts'
import { defaultHost, defaultPort } from '../standalone.ts'
import { nearest } from '../words.ts'

/** What the command line asks for. */
export interface Flags {
  readonly port: number
  readonly host: string
  readonly token: string
  readonly seed: number
  readonly scenario: string
  readonly strict: boolean
  readonly json: boolean
  readonly quiet: boolean
  readonly help: boolean
  readonly version: boolean
  readonly generate?: Counts
}

/** The token that a standalone server takes unless told otherwise. */
const defaultToken = 'ricloud-mock-token'

export const help = `Usage: ricloud-mock [command] [flags]

Commands:
  start                  Start a mock of the ricloud v3 API, in memory until Ctrl-C (default)
  validate <file…>       Check scenario files, and print what will happen
  scenarios              List the built-in scenarios
  scenarios show <name>  Print one as YAML, ready to be copied and changed

Flags of start:

  --port <number>      Port to listen on; 0 for any free one (default ${defaultPort})
  --host <address>     Address to listen on (default ${defaultHost})
  --token <token>      Token of the first key (default ${defaultToken})
  --seed <number>      Equal seeds give equal IDs, tokens and generated records (default 1)
  --scenario <name>    A built-in scenario, or the path of a YAML, JSON or module file (default default)
  --strict             Exit with 2 if something in the scenario never came to pass
  --generate <counts>  Plausible records in place of the sample ones: users=100,sources=100,sessions=1000
  --json               Print one line of JSON on stdout when ready: url, token, seed
  --quiet              Print nothing but errors
  --help               Print this text
  --version            Print the version
`

const options = {
  port: { type: 'string', default: String(defaultPort) },
  host: { type: 'string', default: defaultHost },
  token: { type: 'string', default: defaultToken },
  seed: { type: 'string', default: '1' },
  scenario: { type: 'string', default: 'default' },
  strict: { type: 'boolean', default: false },
  generate: { type: 'string' },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const

type Values = { generate?: string } & { [Flag in 'port' | 'host' | 'token' | 'seed' | 'scenario']: string } & {
  [Flag in 'strict' | 'json' | 'quiet' | 'help' | 'version']: boolean
}

export type Command = 'start' | 'validate' | 'scenarios'
const commands: readonly string[] = ['start', 'validate', 'scenarios'] satisfies Command[]

/** Reads the command, its words and the flags; throws an Error of one sentence that names the one at fault. */
export function readFlags(args: readonly string[]): { command: Command; words: readonly string[]; flags: Flags } {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const known = Object.hasOwn(options, token.name) ? options[token.name as keyof typeof options] : undefined
    if (!known) {
      const hint = nearest(
        `--${token.name}`,
        Object.keys(options).map((name) => `--${name}`),
      )
      throw new Error(`Unknown flag "${token.rawName}".${hint} Run with --help to see the flags.`)
    }
    if (known.type === 'string' && !token.value) throw new Error(`--${token.name} needs a value. Run with --help.`)
    if (known.type === 'boolean' && token.value !== undefined) throw new Error(`--${token.name} takes no value.`)
  }
  const [command = 'start', ...words] = positionals
  if (!commands.includes(command) || (command === 'start' && words.length > 0)) {
    const word = commands.includes(command) ? (words[0] as string) : command
    throw new Error(`Unknown argument "${word}".${nearest(word, commands)} Run with --help to see the commands.`)
  }
  const { generate, ...given } = values as Values
  const flags = {
    ...given,
    port: wholeNumber('--port', given.port, 65_535),
    seed: wholeNumber('--seed', given.seed, 2 ** 32 - 1),
    ...(generate !== undefined && { generate: readCounts(generate) }),
  }
  return { command: command as Command, words, flags }
}

function wholeNumber(name: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most) {
    throw new Error(`${name} must be a whole number from 0 to ${most}, got "${text}".`)
  }
  return Number(text)
}

const countable = ['users', 'sources', 'sessions']

/** `users=100,sources=100,sessions=1000`. */
function readCounts(text: string): Counts {
  const counts: Record<string, number> = {}
  for (const part of text.split(',')) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(part.trim()) ?? []
    if (!countable.includes(name)) {
      throw new Error(
        `--generate takes counts such as users=100,sources=100,sessions=1000; "${part}" is none.${nearest(name, countable)}`,
      )
    }
    if (name in counts) throw new Error(`--generate names ${name} twice.`)
    counts[name] = wholeNumber(`--generate ${name}`, value, 10_000_000)
  }
  return counts
}
