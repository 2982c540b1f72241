interface Command {
  /** What it takes beside flags, as the help shows it. */
  readonly takes: string
  /** Whether what follows `--` is another command, flags and all. */
  readonly runsOther?: true
  readonly summary: string
  /** Examples of the help. */
  readonly examples: readonly string[]
}

/** Every command, in the order of the help. */
export const commands = {
  start: {
    takes: '',
    summary: 'Start a mock of the ricloud v3 API, in memory until Ctrl-C (default)',
    examples: ['--scenario two-factor', '--scenario one-day.yaml --watch', '--port 0 --json'],
  },
  validate: {
    takes: '<file…>',
    summary: 'Check scenario files, and print what will happen',
    examples: ['one-day.yaml'],
  },
  scenarios: {
    takes: '[show <name>]',
    summary: 'List the built-in scenarios, or print one as YAML, ready to be copied and changed',
    examples: ['', 'show rotation-grace'],
  },
  env: {
    takes: '',
    summary: 'Print the variables of a server with these settings, for eval in a shell',
    examples: ['', '--port 7000'],
  },
  exec: {
    takes: '-- <command> [args…]',
    runsOther: true,
    summary:
      'Run a command beside a server of its own, with RICLOUD_URL, RICLOUD_TOKEN and the variables of its stores set',
    examples: ['-- npm test', '--scenario my.yaml --strict -- pytest -x'],
  },
  sweep: {
    takes: '-- <command> [args…]',
    runsOther: true,
    summary: 'Run a command once for each of its calls and each kind of fault, and print what its client made of them',
    examples: ['-- npm test', "--calls 'POST /polls' --kinds cut --json -- pytest -x"],
  },
  replay: {
    takes: '<file>',
    summary:
      'Replay what a failed test left, print its calls, and say what differs; or serve it, or print it as a test',
    examples: ['replays/one.replay.json', 'one.replay.json --until 5 --serve', 'one.replay.json --print-test'],
  },
  mcp: {
    takes: '',
    summary: 'Offer a mock to programs that write code: an MCP server on stdin and stdout, that only reads by default',
    examples: ['', '--allow-changes --scenario two-factor', '--url http://127.0.0.1:7425'],
  },
  coverage: {
    takes: '<folder…>',
    summary: 'Add up the coverage that tests wrote to folders, and print it',
    examples: ['coverage/ricloud', 'coverage/ricloud --json'],
  },
  wait: {
    takes: '<url>',
    summary: 'Wait until a server answers',
    examples: ['http://127.0.0.1:7425', 'http://127.0.0.1:7425 --timeout 5s'],
  },
  compare: {
    takes: '<file…>',
    summary: 'Compare recordings of the real API (HAR, lines of the journal), or itself, with the mock',
    examples: [
      'calls.har',
      'calls.har --excuse session.failed.date_expired --json',
      '--against https://ricloud-api.reincubate.com --token "$TOKEN"',
    ],
  },
  record: {
    takes: '',
    summary: 'Pass calls on to the real API and write them as HAR, without secrets and identifiers',
    examples: ['--to https://ricloud-api.reincubate.com --out calls.har'],
  },
  fixtures: {
    takes: '<file…>',
    summary: 'Print the records of recordings as a fixture, without secrets and identifiers',
    examples: ['calls.har > mine.json'],
  },
  init: {
    takes: '<folder>',
    summary: "Copy msw's service worker to where the page's files are served from",
    examples: ['public'],
  },
} as const satisfies Readonly<Record<string, Command>>

export type CommandName = keyof typeof commands

export const commandNames = Object.keys(commands) as CommandName[]

/** A command by its name. */
export const commandOf = (name: CommandName): Command => commands[name]
