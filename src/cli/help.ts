import { defaultHost, defaultPort } from '../standalone.ts'
import { type CommandName, commandOf, commands } from './commands.ts'
import { type FlagName, flagOf, variables } from './flags.ts'
import { defaultToken } from './values.ts'

const commandNames = Object.keys(commands) as CommandName[]

/** What holds unless a flag says otherwise. */
const defaults: { readonly [Name in FlagName]?: string } = {
  port: `${defaultPort}; exec takes a free one`,
  host: defaultHost,
  token: defaultToken,
  seed: '1',
  scenario: 'default',
  clock: 'the present',
  speed: '1',
  journal: '1000',
  'max-worlds': '1000',
  'world-idle': '30m',
  timeout: '30s',
}

/** The text of `--help`; without a command that of all, with the flags of start. */
export function help(command?: CommandName): string {
  const titled = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [`${title}\n${lines.join('\n')}`] : []
  const name = command ?? 'start'
  const { flags, takes, summary, examples } = commandOf(name)
  const usage = command
    ? `Usage: ricloud-mock ${[...(name === 'start' ? ['[start]'] : [name]), '[flags]', ...(takes ? [takes] : [])].join(' ')}\n\n${summary}`
    : 'Usage: ricloud-mock [command] [flags]'
  const sets = flags.some((flag) => flag === 'config')
  return `${[
    usage,
    ...(command ? [] : titled('Commands:', columns(commandNames.map(commandRow)))),
    ...titled(command ? 'Flags:' : 'Flags of start:', columns(flags.map(flagRow))),
    ...(sets ? titled('Environment:', columns(variableRows(flags))) : []),
    ...(sets ? [configText] : []),
    ...(command
      ? titled(
          'Examples:',
          examples.map((rest) => `  ricloud-mock ${name} ${rest}`.trimEnd()),
        )
      : [moreText]),
  ].join('\n\n')}`
}

type Row = readonly [string, string]

const commandRow = (name: CommandName): Row => [`${name} ${commandOf(name).takes}`.trimEnd(), commandOf(name).summary]

function flagRow(name: FlagName): Row {
  const { value, short, help } = flagOf(name)
  const unless = defaults[name]
  return [
    `${short ? `-${short}, ` : ''}--${name} ${value ?? ''}`.trimEnd(),
    unless ? `${help} (default ${unless})` : help,
  ]
}

const variableRows = (flags: readonly FlagName[]): Row[] =>
  Object.entries(variables).flatMap(([variable, flag]) =>
    flags.includes(flag) ? [[variable, `as --${flag}`] as const] : [],
  )

const configText = `A file ricloud-mock.config.{ts,js,mjs,json,yaml,yml} in the working directory, or --config <file>, sets the same
by name: {port, host, token, seed, scenario, fixtures, generate, strict, dialect, clock: {start, frozen, speed},
settings, cors, allowedHosts, controlToken, webhookHosts, journal, worlds: {max, idle}, showSecrets, watch, json,
quiet}. Flags win, then the environment, then the file; --no-strict and the like switch off what a file switched on.`

const moreText = 'ricloud-mock <command> --help tells more of a command.'

/** Two columns, as wide as the first one needs. */
function columns(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length))
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`)
}
