import type { FlagName } from './flags.ts'
import type { Line } from './line.ts'
import { start } from './start.ts'

interface Command {
  /** What it takes beside flags, as the help shows it. */
  readonly takes: string
  /** Whether what follows `--` is another command, flags and all. */
  readonly runsOther?: true
  readonly summary: string
  readonly flags: readonly FlagName[]
  /** Examples of the help. */
  readonly examples: readonly string[]
  /** Does it, and resolves to the exit code; throws an Error of one sentence if something given is wrong. */
  run(line: Line): Promise<number>
}

const everywhere: readonly FlagName[] = ['help', 'version']
const where: readonly FlagName[] = ['port', 'host', 'token']
const server: readonly FlagName[] = [
  ...where,
  'seed',
  'scenario',
  'fixtures',
  'generate',
  'strict',
  'dialect',
  'clock',
  'frozen',
  'speed',
  'cors',
  'allowed-host',
  'control-token',
  'webhook-host',
  'journal',
  'max-worlds',
  'world-idle',
  'show-secrets',
  'config',
]

/** Every command, in the order of the help; what others than the first need is loaded when they run. */
export const commands = {
  start: {
    takes: '',
    summary: 'Start a mock of the ricloud v3 API, in memory until Ctrl-C (default)',
    flags: [...server, 'watch', 'json', 'quiet', ...everywhere],
    examples: ['--scenario two-factor', '--scenario one-day.yaml --watch', '--port 0 --json'],
    run: (line) => start(line),
  },
  validate: {
    takes: '<file…>',
    summary: 'Check scenario files, and print what will happen',
    flags: everywhere,
    examples: ['one-day.yaml'],
    run: async (line) => (await import('./validate.ts')).validate(line),
  },
  scenarios: {
    takes: '[show <name>]',
    summary: 'List the built-in scenarios, or print one as YAML, ready to be copied and changed',
    flags: everywhere,
    examples: ['', 'show rotation-grace'],
    run: async (line) => (await import('./scenarios.ts')).showScenarios(line),
  },
  env: {
    takes: '',
    summary: 'Print the variables of a server with these settings, for eval in a shell',
    flags: [...where, 'config', ...everywhere],
    examples: ['', '--port 7000'],
    run: async (line) => (await import('./env.ts')).printEnvironment(line),
  },
  exec: {
    takes: '-- <command> [args…]',
    runsOther: true,
    summary: 'Run a command beside a server of its own, with RICLOUD_URL and RICLOUD_TOKEN set',
    flags: [...server, 'verbose', 'quiet', ...everywhere],
    examples: ['-- npm test', '--scenario my.yaml --strict -- pytest -x'],
    run: async (line) => (await import('./exec.ts')).execute(line),
  },
  wait: {
    takes: '<url>',
    summary: 'Wait until a server answers',
    flags: ['timeout', 'quiet', ...everywhere],
    examples: ['http://127.0.0.1:7425', 'http://127.0.0.1:7425 --timeout 5s'],
    run: async (line) => (await import('./wait.ts')).waitFor(line),
  },
  init: {
    takes: '<folder>',
    summary: "Copy msw's service worker to where the page's files are served from",
    flags: everywhere,
    examples: ['public'],
    run: async (line) => (await import('./init.ts')).copyWorker(line),
  },
} as const satisfies Readonly<Record<string, Command>>

export type CommandName = keyof typeof commands

/** A command by its name. */
export const commandOf = (name: CommandName): Command => commands[name]
