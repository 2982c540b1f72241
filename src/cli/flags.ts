import { parseArgs } from 'node:util'
import type { Counts } from '../domain/generate.ts'
import { defaultHost, defaultPort } from '../standalone.ts'
import { nearest } from '../words.ts'

/** What the command line asks for. */
export interface Flags {
  readonly port: number
  readonly host: string
  readonly token: string
  readonly seed: number
  readonly json: boolean
  readonly quiet: boolean
  readonly help: boolean
  readonly version: boolean
  readonly generate?: Counts
}

/** The token that a standalone server takes unless told otherwise. */
const defaultToken = 'ricloud-mock-token'

export const help = `Usage: ricloud-mock [flags]

Starts a mock of the ricloud v3 API and keeps it in memory until Ctrl-C.

  --port <number>      Port to listen on; 0 for any free one (default ${defaultPort})
  --host <address>     Address to listen on (default ${defaultHost})
  --token <token>      Token of the first key (default ${defaultToken})
  --seed <number>      Equal seeds give equal IDs, tokens and generated records (default 1)
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
  generate: { type: 'string' },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const

type Values = { generate?: string } & { [Flag in 'port' | 'host' | 'token' | 'seed']: string } & {
  [Flag in 'json' | 'quiet' | 'help' | 'version']: boolean
}

/** Reads the flags; throws an Error of one sentence that names the one at fault. */
export function readFlags(args: readonly string[]): Flags {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const [word] = positionals
  if (word !== undefined) throw new Error(`Unknown argument "${word}". Run with --help to see the flags.`)
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
  const { generate, ...given } = values as Values
  return {
    ...given,
    port: wholeNumber('--port', given.port, 65_535),
    seed: wholeNumber('--seed', given.seed, 2 ** 32 - 1),
    ...(generate !== undefined && { generate: readCounts(generate) }),
  }
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
