import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { coverageTable } from '../control/coverage.ts'
import { systemReason } from '../engine/system-errors.ts'
import { readCoverage } from '../mock/coverage-files.ts'
import type { StandaloneServer } from '../standalone.ts'
import { type CommandLine, isOn } from './command-line.ts'
import { runBelowInit } from './init-process.ts'
import { callableUrl, printMessage } from './output.ts'
import { withoutProxy } from './proxy.ts'
import { type Reporter, stderrReporter } from './reporter.ts'
import { closeWithReport, onSignals, serveWithReporter } from './server.ts'
import { readSettings, serveOptions } from './settings.ts'
import { storeVariables } from './store-variables.ts'

/**
 * Runs a command beside a server of its own, and exits as it does: with its exit code, 128 and the signal's number, 127
 * where there is no such command; 2 where it succeeded, but something in a strict scenario never fired.
 */
export async function execute(line: CommandLine): Promise<number> {
  const [command, ...args] = line.words.length > 0 ? [] : line.rest
  if (command === undefined) {
    throw new Error(`exec takes a command after "--": ricloud-mock exec -- ${line.words.join(' ') || 'npm test'}`)
  }
  runBelowInit()
  const settings = await readSettings(line)
  const reporter = reporterFor(line, settings.values.quiet ?? false)
  const options = await serveOptions(settings)
  const isShown = isOn(line, 'coverage')
  const temporary = isShown && !options.coverage ? await mkdtemp(join(tmpdir(), 'ricloud-mock-coverage-')) : undefined
  const coverage = options.coverage ?? temporary
  const server = await serveWithReporter({ ...options, coverage, port: options.port ?? 0 }, reporter, settings)
  reporter.started?.(server, settings)
  await reporter.flush()

  const code = await run(command, args, variablesOf(server, coverage), reporter)
  const passed = await closeWithReport(server, reporter, true)
  await reporter.flush()
  if (isShown) {
    const met = readCoverage([coverage as string])
    await printMessage(met.met === 0 ? `${coverageTable(met)}\n${nothingMet}` : coverageTable(met))
  }
  if (temporary) await rm(temporary, { recursive: true, force: true })
  return code === 0 && !passed ? 2 : code
}

const nothingMet =
  'No call reached the server. A mock in a process of the command writes its coverage with the option coverage: process.env.RICLOUD_MOCK_COVERAGE_FOLDER.'

/** Request lines would mix with the output of the command, so they are printed with `--verbose` only. */
function reporterFor(line: CommandLine, quiet: boolean): Reporter {
  const reporter = stderrReporter()
  const { finished, error, flush } = reporter
  if (quiet) return { error, flush }
  return isOn(line, 'verbose') ? reporter : { finished, error, flush }
}

/** What a client of the server needs, as variables of the environment. */
export function variablesOf(
  { url, s3Url, gcsUrl, token, controlToken }: Omit<StandaloneServer, 'mock' | 'close'>,
  coverage?: string,
): Readonly<Record<string, string>> {
  const callable = callableUrl(url)
  return {
    RICLOUD_URL: callable,
    RICLOUD_TOKEN: token,
    RICLOUD_CONTROL_URL: `${callable}/_mock`,
    ...storeVariables({ s3Url, gcsUrl }, process.env),
    ...withoutProxy(callable, process.env),
    ...(coverage !== undefined && { RICLOUD_MOCK_COVERAGE_FOLDER: resolve(coverage) }),
    ...(controlToken !== undefined && { RICLOUD_CONTROL_TOKEN: controlToken }),
  }
}

/** Why a command cannot be run, and the exit code that shells use for it. */
const spawnErrors: Readonly<Record<string, { readonly code: number; readonly why: string }>> = {
  ENOENT: { code: 127, why: 'there is no such command' },
  EACCES: { code: 126, why: 'it may not be run' },
}

function run(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  reporter: Reporter,
): Promise<number> {
  return new Promise((ended) => {
    // Before the command runs: a signal must not end this process and leave the command behind.
    onSignals((signal) => {
      // A terminal sends Ctrl-C to the command too, which would get it twice.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...variables } })
    child.on('exit', (code, signal) => ended(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    child.on('error', (error: NodeJS.ErrnoException) => {
      const { code, why } = spawnErrors[error.code ?? ''] ?? { code: 126, why: systemReason(error) }
      reporter.error(`ricloud-mock: Failed to run "${command}": ${why}.`)
      ended(code)
    })
  })
}
