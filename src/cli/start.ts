import type { StandaloneServer } from '../standalone.ts'
import type { CommandLine } from './command-line.ts'
import { Output } from './output.ts'
import { jsonReporter, type Reporter, stderrReporter } from './reporter.ts'
import { closeWithReport, onSignals, serveWithReporter } from './server.ts'
import { readSettings, serveOptions } from './settings.ts'

/**
 * Starts a server and reports what it does until Ctrl-C or SIGTERM: exit code 0, or 2 if something in a strict scenario
 * never fired. A second signal cuts running calls. Throws an Error if lines of JSON cannot be written.
 */
export async function start(line: CommandLine): Promise<number> {
  const settings = await readSettings(line)
  const { json = false, quiet = false } = settings.values
  const lines = json ? new Output(process.stdout) : undefined
  const reporter = reporterFor(lines, quiet)

  const options = await serveOptions(settings)
  const server = await serveWithReporter(options, reporter, settings)
  const watching = settings.values.watch
    ? await (await import('./watch.ts')).watchSources(line, settings, options.scenario, server.mock, reporter)
    : undefined
  const stopping = firstSignal(server, lines?.failed)
  reporter.started?.(server, settings)
  if (watching?.files.length === 0)
    reporter.warning?.('There is nothing to watch: no scenario file, and no config file.')
  // Whoever started the process waits for this.
  await reporter.flush()
  await stopping
  watching?.close()
  if (lines?.failed.aborted) await server.close({ now: true }).catch(() => {})
  lines?.failed.throwIfAborted()
  // The terminal has printed ^C.
  if (process.stderr.isTTY && !json && !quiet) process.stderr.write('\n')
  const passed = await closeWithReport(server, reporter)
  await reporter.flush()
  lines?.failed.throwIfAborted()
  return passed ? 0 : 2
}

/** Resolves at the first signal, or once it fails to print; any later signal cuts running calls. */
export function firstSignal(server: StandaloneServer, failed?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (failed?.aborted) resolve()
    failed?.addEventListener('abort', () => resolve())
    let isStopping = false
    onSignals(() => {
      if (isStopping) server.close({ now: true }).catch(() => {})
      isStopping = true
      resolve()
    })
  })
}

/**
 * With `--quiet` errors alone; programs still get the address.
 *
 * @param lines where lines of JSON are printed, if they are
 */
function reporterFor(lines: Output | undefined, quiet: boolean): Reporter {
  const reporter = lines ? jsonReporter(lines, new Output(process.stderr)) : stderrReporter()
  if (!quiet) return reporter
  const { started, error, flush } = reporter
  return lines ? { started, error, flush } : { error, flush }
}
