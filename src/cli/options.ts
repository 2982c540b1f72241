import type { Fixture } from '../ricloud/fixtures.ts'
import { defaultHost, defaultPort, type ServeOptions } from '../standalone.ts'
import { type CommandName, commandNames } from './commands.ts'
import {
  counts,
  dialect,
  duration,
  fixtures,
  instant,
  type OptionType,
  onOff,
  portOrNone,
  scenario,
  speed,
  text,
  texts,
  token,
  wholeNumber,
  worldSettings,
} from './option-values.ts'

type Parts<Outer extends 'clock' | 'worlds'> = {
  readonly [Inner in keyof NonNullable<ServeOptions[Outer]> as `${Outer}.${Inner & string}`]-?: NonNullable<
    NonNullable<ServeOptions[Outer]>[Inner]
  >
}

/**
 * Everything that can be set, by its key in a config file: the options of `serve`, those within an object one by one,
 * so that a flag for one leaves the others; and what only the command line has.
 */
export type Values = {
  readonly [Key in Exclude<keyof ServeOptions, 'clock' | 'worlds' | 'fixtures' | 'log'>]: NonNullable<ServeOptions[Key]>
} & Parts<'clock'> &
  Parts<'worlds'> & {
    /** Beside what `serve` takes, paths of JSON files. */
    readonly fixtures: readonly (string | Fixture)[]
    readonly watch: boolean
    readonly json: boolean
    readonly quiet: boolean
  }

/** The key of a setting in a config file: `clock.start` is `start` within `clock`. */
export type Key = keyof Values

/** What the help says of an option. */
interface Description {
  readonly help: string
  /** The default, as the help shows it. */
  readonly default?: string
}

interface Flag extends Description {
  readonly type: OptionType<unknown>
  readonly short?: string
  /** What it means to commands to which it means something else. */
  readonly to?: { readonly [Name in CommandName]?: Description }
  /** The commands that take the flag: unless it says otherwise, those that start a server. */
  readonly commands?: readonly CommandName[]
  readonly key?: undefined
}

/** A flag whose value can be set elsewhere too. */
type Setting = {
  readonly [Name in Key]: Omit<Flag, 'key' | 'type'> & {
    readonly key: Name
    readonly type: OptionType<Values[Name]>
    /** Whether a variable of the environment sets it too. */
    readonly hasVariable?: true
    /** Whether there is no flag for it. */
    readonly isOnlyInFile?: true
    /** Whether it is for the command, and no option of `serve`. */
    readonly isForCommand?: true
    /** How the banner shows a value that is neither text, a number, a switch nor a list. */
    readonly show?: (value: Values[Name]) => string
  }
}[Key]

export type Option = Flag | Setting

const withAddress: readonly CommandName[] = ['start', 'env', 'exec', 'mcp']
const withServer: readonly CommandName[] = ['start', 'exec', 'mcp']
const withWorld: readonly CommandName[] = [...withServer, 'sweep']

const hostOfCalls: Description = { help: 'Host of the recorded calls that are read', default: "the API's" }

/** Every option of every command, one row each, in the order of the help. */
export const options = {
  port: {
    key: 'port',
    type: wholeNumber(65_535),
    hasVariable: true,
    commands: [...withAddress, 'replay', 'record'],
    default: `${defaultPort}; exec and mcp take a free one`,
    help: 'Port to listen on; 0 for any free one',
  },
  's3-port': {
    key: 's3Port',
    type: portOrNone,
    hasVariable: true,
    commands: [...withAddress, 'replay'],
    default: '0',
    help: 'Port of the store for clients of S3; 0 for any free one, or none',
  },
  'gcs-port': {
    key: 'gcsPort',
    type: portOrNone,
    hasVariable: true,
    commands: [...withAddress, 'replay'],
    default: '0',
    help: 'Port of the store for clients of Google Cloud Storage, likewise',
  },
  host: {
    key: 'host',
    type: text('<address>'),
    hasVariable: true,
    commands: [...withAddress, 'replay', 'compare', 'fixtures'],
    default: defaultHost,
    help: 'Address to listen on',
    to: { compare: hostOfCalls, fixtures: hostOfCalls },
  },
  token: {
    key: 'token',
    type: token,
    hasVariable: true,
    commands: [...withAddress, 'sweep', 'compare'],
    default: 'ricloud-mock-token',
    help: 'Token of the first key',
    to: { compare: { help: 'Token of the API at --against' } },
  },
  seed: {
    key: 'seed',
    type: wholeNumber(2 ** 32 - 1),
    hasVariable: true,
    commands: withWorld,
    default: '1',
    help: 'Equal seeds give equal IDs, tokens and generated records',
  },
  scenario: {
    key: 'scenario',
    type: scenario,
    hasVariable: true,
    commands: withWorld,
    default: 'default',
    help: 'A built-in scenario, or the path of a YAML, JSON or module file',
    show: (value) => `scenario ${typeof value === 'string' ? value : value.scenario}`,
  },
  fixtures: {
    key: 'fixtures',
    type: fixtures,
    commands: withWorld,
    help: 'Records of the initial state: names and JSON files, with commas between them',
    show: (list) => `fixtures ${list.map((one) => (typeof one === 'string' ? one : 'inline')).join(' + ')}`,
  },
  generate: {
    key: 'generate',
    type: counts,
    commands: withWorld,
    help: 'Plausible records in place of the sample ones: users=100,sources=100,sessions=1000',
    show: (value) =>
      `generate ${Object.entries(value)
        .map(([name, count]) => `${name}=${count}`)
        .join(' + ')}`,
  },
  strict: { key: 'strict', type: onOff, help: 'Exit with 2 if something in the scenario never fired' },
  dialect: {
    key: 'dialect',
    type: dialect,
    commands: withWorld,
    help: 'Where pages and official client disagree, answer as documented or as ricloud-py expects',
  },
  clock: {
    key: 'clock.start',
    type: instant,
    default: 'the present',
    help: 'Start of virtual time: 2020-02-20T12:00:00Z',
    show: (start) => `clock ${typeof start === 'string' ? start : start.toISOString()}`,
  },
  frozen: { key: 'clock.frozen', type: onOff, help: 'The clock is frozen until it is moved' },
  speed: { key: 'clock.speed', type: speed, default: '1', help: 'Virtual seconds for each real one' },
  settings: {
    key: 'settings',
    type: worldSettings,
    isOnlyInFile: true,
    help: 'Durations, rate limit and events, as scenarios have them',
    show: (value) => Object.keys(value).join(' + '),
  },
  cors: {
    key: 'cors',
    type: texts('<origin>'),
    help: 'Pages of this origin may call: https://app.example; repeatable',
  },
  'allowed-host': {
    key: 'allowedHosts',
    type: texts('<name>'),
    help: 'Calls may name this host beside the local ones; repeatable',
  },
  'control-token': { key: 'controlToken', type: token, hasVariable: true, help: 'Token that calls of /_mock need' },
  'webhook-host': {
    key: 'webhookHosts',
    type: texts('<name>'),
    help: 'Webhooks may be sent to this host, * for any; repeatable',
  },
  'local-storage': {
    key: 'localStorage',
    type: text('<folder>'),
    hasVariable: true,
    help: 'Storage configs may have the URL local:///<folder>: results are files there',
  },
  journal: { key: 'journal', type: wholeNumber(1_000_000), default: '1000', help: 'How many requests are kept' },
  'max-worlds': {
    key: 'worlds.max',
    type: wholeNumber(100_000),
    default: '1000',
    help: 'How many isolated worlds there may be at once',
  },
  'world-idle': {
    key: 'worlds.idle',
    type: duration,
    default: '30m',
    help: 'After how long without a call a world is deleted: 10m',
  },
  'show-secrets': {
    key: 'showSecrets',
    type: onOff,
    help: 'Journal and control API show tokens, passwords, codes and secrets',
  },
  reasons: {
    key: 'reasons',
    type: onOff,
    help: 'Answers say in the header Mock-Reason why they are no plain success',
  },
  'coverage-folder': {
    key: 'coverage',
    type: text('<folder>'),
    hasVariable: true,
    help: 'Write there what was met of the behaviour of the API, for the command coverage',
  },
  coverage: {
    type: onOff,
    commands: ['exec'],
    help: 'Print what was met of the behaviour of the API, and what never was',
  },
  config: {
    type: text('<file>'),
    commands: [...withAddress, 'sweep'],
    help: 'Config file, in place of ricloud-mock.config.* in the working directory',
  },
  watch: {
    key: 'watch',
    type: onOff,
    isForCommand: true,
    commands: ['start'],
    help: 'Load the scenario again whenever its file changes',
  },
  json: {
    key: 'json',
    type: onOff,
    isForCommand: true,
    commands: ['start', 'sweep', 'compare', 'coverage'],
    help: 'JSON on stdout',
    to: { start: { help: 'JSON on stdout; the first line has url, token and seed' } },
  },
  url: { type: text('<url>'), commands: ['mcp'], help: 'Base URL of a running server, in place of one of its own' },
  'allow-changes': { type: onOff, commands: ['mcp'], help: 'Calls may change the mock' },
  against: {
    type: text('<url>'),
    commands: ['compare'],
    help: 'Base URL of an API that is asked instead of a recording, by GET, at most twice a second',
  },
  to: { type: text('<url>'), commands: ['record'], help: 'Base URL that calls are passed on to' },
  out: { type: text('<file>'), commands: ['record'], help: 'HAR file to write; it must not exist' },
  keep: {
    type: texts('<name>'),
    commands: ['record', 'fixtures'],
    help: 'Attributes of this name are written as they are: identifier; all for everything; repeatable',
  },
  excuse: {
    type: texts('<what>'),
    commands: ['compare'],
    help: 'A known difference: ID of a fact, or call and path: "GET /users data[].state"; repeatable',
  },
  verbose: { type: onOff, commands: ['exec', 'mcp'], help: 'Print a line for each request, as start does' },
  calls: {
    type: texts('<call>'),
    commands: ['sweep'],
    help: 'The calls to strike: a number, or a pattern such as "GET /users/*"; repeatable',
  },
  kinds: {
    type: texts('<kind>'),
    commands: ['sweep'],
    help: 'The kinds of faults: reset; repeatable',
  },
  parallel: {
    type: wholeNumber(1000),
    commands: ['sweep'],
    default: 'the number of processors',
    help: 'How many runs go on side by side',
  },
  runs: { type: wholeNumber(1_000_000), commands: ['sweep'], default: '1000', help: 'The limit of runs' },
  timeout: {
    type: duration,
    commands: ['sweep', 'wait'],
    default: '30s',
    help: 'How long to wait',
    to: { sweep: { help: 'After how long a run counts as hung', default: '30s' } },
  },
  until: {
    type: wholeNumber(Number.MAX_SAFE_INTEGER),
    commands: ['replay'],
    help: 'Stop before the call of this number',
  },
  serve: { type: onOff, commands: ['replay'], help: 'Serve the world as it is then, with the inspector, until Ctrl-C' },
  'print-test': { type: onOff, commands: ['replay'], help: 'Print a test of Vitest that does the same' },
  quiet: {
    key: 'quiet',
    type: onOff,
    isForCommand: true,
    commands: ['start', 'exec', 'replay', 'mcp', 'wait', 'record'],
    help: 'Print nothing but errors',
  },
  help: { type: onOff, short: 'h', commands: commandNames, help: 'Print this text' },
  version: { type: onOff, short: 'v', commands: commandNames, help: 'Print the version' },
} as const satisfies Readonly<Record<string, Option>>

export type OptionName = keyof typeof options

/** An option by its name. */
export const optionOf = (name: OptionName): Option => options[name]

/** What the help of a command says of an option. */
export function descriptionOf(name: OptionName, command: CommandName): Description {
  const option = optionOf(name)
  return option.to?.[command] ?? option
}

const optionNames = Object.keys(options) as OptionName[]

/** Every option that a config file can set. */
export const settingOptions: readonly Setting[] = optionNames.map(optionOf).filter((option) => option.key !== undefined)

/** The names of all flags, without their dashes. */
export const flagNames = optionNames.filter((name) => {
  const option = optionOf(name)
  return option.key === undefined || !option.isOnlyInFile
})

/** The flags that a command takes. */
export const flagsOf = (command: CommandName) =>
  flagNames.filter((name) => (optionOf(name).commands ?? withServer).includes(command))

/** Whether a flag takes no value. */
export const isSwitch = (name: OptionName) => optionOf(name).type.placeholder === undefined

/** Whether a config file can switch it on, so that the command line can switch it off: `--no-strict`. */
export const canBeOff = (name: OptionName) => isSwitch(name) && optionOf(name).key !== undefined

/** How the names of variables begin that set options. */
export const variablePrefix = 'RICLOUD_MOCK_'

/** Options that a variable of the environment sets, by the name of the variable. */
export const variables: ReadonlyMap<string, OptionName> = new Map(
  optionNames.flatMap((name) => {
    const option = optionOf(name)
    const variable = `${variablePrefix}${name.toUpperCase().replaceAll('-', '_')}`
    return option.key !== undefined && option.hasVariable ? [[variable, name] as const] : []
  }),
)

/** Values by their keys as a config file has them: `clock.start` as `start` within `clock`. */
export function nested<Value>(
  entries: Iterable<readonly [string, Value]>,
): Record<string, Value | Record<string, Value>> {
  const tree: Record<string, Value | Record<string, Value>> = {}
  for (const [key, value] of entries) {
    const [outer = '', inner] = key.split('.')
    tree[outer] = inner === undefined ? value : { ...(tree[outer] as Record<string, Value>), [inner]: value }
  }
  return tree
}
