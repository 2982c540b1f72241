import {
  counts,
  dialect,
  duration,
  fixtures,
  instant,
  onOrOff,
  type Reader,
  speed,
  text,
  token,
  wholeNumber,
} from './flag-values.ts'
import type { Name, Values } from './values.ts'

interface Looks {
  /** What stands for its value in the help; a switch has none. */
  readonly value?: string
  readonly short?: string
  /** It may be given more than once, and all of them count. */
  readonly repeatable?: true
  readonly help: string
}

/** A flag that sets one of the values, or a list of it where it is repeatable. */
type SettingFlag = {
  [Set in Name]: Looks & {
    readonly sets: Set
    readonly read: Reader<Values[Set] extends readonly (infer One)[] ? Values[Set] | One : Values[Set]>
  }
}[Name]

/** A flag that only its command reads. */
type OwnFlag = Looks & { readonly sets?: undefined; readonly read?: Reader<unknown> }

export type Flag = SettingFlag | OwnFlag

/** Every flag of every command, in the order of the help. */
export const flags = {
  port: { value: '<number>', sets: 'port', read: wholeNumber(65_535), help: 'Port to listen on; 0 for any free one' },
  host: { value: '<address>', sets: 'host', read: text, help: 'Address to listen on' },
  token: { value: '<token>', sets: 'token', read: token, help: 'Token of the first key' },
  seed: {
    value: '<number>',
    sets: 'seed',
    read: wholeNumber(2 ** 32 - 1),
    help: 'Equal seeds give equal IDs, tokens and generated records',
  },
  scenario: {
    value: '<name>',
    sets: 'scenario',
    read: text,
    help: 'A built-in scenario, or the path of a YAML, JSON or module file',
  },
  fixtures: {
    value: '<list>',
    sets: 'fixtures',
    read: fixtures,
    help: 'What the world holds at first: names and JSON files, with commas between them',
  },
  generate: {
    value: '<counts>',
    sets: 'generate',
    read: counts,
    help: 'Plausible records in place of the sample ones: users=100,sources=100,sessions=1000',
  },
  strict: {
    sets: 'strict',
    read: onOrOff,
    help: 'Exit with 2 if something in the scenario never came to pass',
  },
  dialect: {
    value: '<name>',
    sets: 'dialect',
    read: dialect,
    help: 'Answer as the pages (documented) or the official client (ricloud-py) have it',
  },
  clock: {
    value: '<instant>',
    sets: 'clock.start',
    read: instant,
    help: 'Where time begins: 2020-02-20T12:00:00Z',
  },
  frozen: { sets: 'clock.frozen', read: onOrOff, help: 'The clock stands still until it is moved' },
  speed: { value: '<number>', sets: 'clock.speed', read: speed, help: 'Virtual seconds for each real one' },
  cors: {
    value: '<origin>',
    sets: 'cors',
    read: text,
    repeatable: true,
    help: 'Pages of this origin may call: https://app.example; repeatable',
  },
  'allowed-host': {
    value: '<name>',
    sets: 'allowedHosts',
    read: text,
    repeatable: true,
    help: 'Calls may name this host beside the local ones; repeatable',
  },
  'control-token': { value: '<token>', sets: 'controlToken', read: token, help: 'Token that calls of /_mock need' },
  'webhook-host': {
    value: '<name>',
    sets: 'webhookHosts',
    read: text,
    repeatable: true,
    help: 'Webhooks may leave for this host too, * for any; repeatable',
  },
  journal: {
    value: '<number>',
    sets: 'journal',
    read: wholeNumber(1_000_000),
    help: 'How many requests are remembered',
  },
  'max-worlds': {
    value: '<number>',
    sets: 'worlds.max',
    read: wholeNumber(100_000),
    help: 'How many isolated worlds there may be at once',
  },
  'world-idle': {
    value: '<duration>',
    sets: 'worlds.idle',
    read: duration,
    help: 'After how long without a call a world is freed: 10m',
  },
  'show-secrets': {
    sets: 'showSecrets',
    read: onOrOff,
    help: 'Journal and control API show tokens, passwords, codes and secrets',
  },
  config: { value: '<file>', help: 'Config file, in place of ricloud-mock.config.* in the working directory' },
  watch: { sets: 'watch', read: onOrOff, help: 'Load the scenario again whenever its file changes' },
  json: { sets: 'json', read: onOrOff, help: 'Lines of JSON on stdout; the first one has url, token and seed' },
  verbose: { help: 'Print a line for each request, as start does' },
  timeout: { value: '<duration>', read: duration, help: 'How long to wait' },
  quiet: { sets: 'quiet', read: onOrOff, help: 'Print nothing but errors' },
  help: { short: 'h', help: 'Print this text' },
  version: { short: 'v', help: 'Print the version' },
} as const satisfies Readonly<Record<string, Flag>>

export type FlagName = keyof typeof flags

/** A flag by its name. */
export const flagOf = (name: FlagName): Flag => flags[name]

/** The variables of the environment, and the flags that they stand for. */
export const variables = {
  RICLOUD_MOCK_PORT: 'port',
  RICLOUD_MOCK_HOST: 'host',
  RICLOUD_MOCK_TOKEN: 'token',
  RICLOUD_MOCK_SCENARIO: 'scenario',
  RICLOUD_MOCK_SEED: 'seed',
  RICLOUD_MOCK_CONTROL_TOKEN: 'control-token',
} as const satisfies Readonly<Record<string, FlagName>>
