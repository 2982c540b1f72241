import packageJson from '../../../package.json' with { type: 'json' }
import { withoutTrailingSlashes } from '../../engine/text.ts'
import { Clock } from '../../engine/time/clock.ts'
import type { StandaloneServer } from '../../standalone.ts'
import { addressIn } from '../address.ts'
import { type CommandLine, isOn, textOf } from '../command-line.ts'
import { flagsOf, options } from '../options.ts'
import { callableUrl } from '../output.ts'
import { type Reporter, stderrReporter } from '../reporter.ts'
import { closeWithReport, onSignals, serveWithReporter } from '../server.ts'
import { readSettings, type Settings, serveOptions } from '../settings.ts'
import type { Target } from './calls.ts'
import { loadSdk } from './sdk.ts'
import { ToolServer } from './tool-server.ts'

/** How long running calls may take once no more can come, in microseconds. */
const patience = 2_000_000

/**
 * Serves the tools of a mock to the MCP client that started this process, until it closes stdin, or Ctrl-C or SIGTERM:
 * exit code 0, or 2 if something in a strict scenario of its own never fired. Only the protocol is printed on stdout.
 */
export async function serveTools(line: CommandLine): Promise<number> {
  const running = runningServer(line)
  const tools = new ToolServer(await loadSdk(), packageJson.version, isOn(line, 'allow-changes'))
  const settings = await readSettings(line)
  const reporter = reporterFor(line, settings)
  const own = running ? undefined : await startServer(settings, reporter)
  const target = own ? { ...own, url: callableUrl(own.url) } : targetOf(running as string, settings)
  let passed = true
  try {
    const ended = endOf(tools)
    await tools.connect(target, introduction(target, own !== undefined))
    await ended
  } finally {
    tools.close()
    if (own) passed = await closeWithReport(own, reporter, true)
    await reporter.flush()
  }
  return passed ? 0 : 2
}

/** The base URL of `--url`, without a slash at its end. Throws an Error beside a flag that is for a server of its own. */
function runningServer(line: CommandLine): string | undefined {
  const url = textOf(line, 'url')
  if (url === undefined) return undefined
  const other = line.given.find(({ name }) => flagsOf('exec').includes(name) && !atRunning.includes(name))
  if (other) throw new Error(`${other.source} is for a server of its own, and --url names one that runs.`)
  return withoutTrailingSlashes(addressIn(url, '--url').href)
}

/** Flags of servers that also help to call one that runs. */
const atRunning: readonly string[] = ['token', 'control-token', 'quiet', 'config']

const targetOf = (url: string, { values }: Settings): Target => ({
  url,
  token: values.token ?? options.token.default,
  controlToken: values.controlToken,
})

async function startServer(settings: Settings, reporter: Reporter): Promise<StandaloneServer> {
  const served = await serveOptions(settings)
  const server = await serveWithReporter({ ...served, port: served.port ?? 0 }, reporter, settings)
  reporter.started?.(server, settings)
  await reporter.flush()
  return server
}

/** Everything goes to stderr, which clients show as the log; request lines with `--verbose` only. */
function reporterFor(line: CommandLine, { values }: Settings): Reporter {
  const { watched, ...reporter } = stderrReporter()
  if (values.quiet) return { error: reporter.error, flush: reporter.flush }
  return isOn(line, 'verbose') ? { ...reporter, watched } : reporter
}

/** What a client is told first; the token only of a server that this process started. */
const introduction = ({ url, token }: Target, isOwn: boolean) =>
  `A mock of the ricloud v3 API, in memory, at ${url}${isOwn ? ` with the token ${token}` : ''}. Its clock is virtual. ` +
  'callApi calls the API as a client does; the other tools inspect and control the mock.'

/** Resolves at a signal, once nobody reads the answers, and once stdin is closed and every call that came is answered. */
function endOf(tools: ToolServer): Promise<void> {
  return new Promise((resolve) => {
    onSignals(() => resolve())
    process.stdout.on('error', () => resolve())
    process.stdin.on('error', () => resolve())
    process.stdin.on('end', () => {
      new Clock().wake(patience, resolve)
      void tools.idle().then(() => process.stdout.write('', () => resolve()))
    })
  })
}
