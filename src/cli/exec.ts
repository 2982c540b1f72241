import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { variablesOf } from './environment.ts'
import { isOn, type Line } from './line.ts'
import { serveOptions } from './options.ts'
import { Output } from './output.ts'
import type { Reporter } from './reporter.ts'
import { closeAloud, onSignals, ownVoice, serveAloud } from './running.ts'
import { readSettings } from './settings.ts'

/**
 * Runs a command beside a server of its own, and ends as it does: with its exit code, 128 and the signal's number, 127
 * where there is no such command; 2 where it succeeded, but a strict scenario did not come to pass.
 */
export async function execute(line: Line): Promise<number> {
  const [command, ...args] = line.words.length > 0 ? [] : line.rest
  if (command === undefined) {
    throw new Error(`exec takes a command after "--": ricloud-mock exec -- ${line.words.join(' ') || 'npm test'}`)
  }
  const settings = await readSettings(line)
  const voice = voiceFor(line, settings.values.quiet ?? false)
  const options = await serveOptions(settings)
  const server = await serveAloud({ ...options, port: options.port ?? 0 }, voice, settings)
  voice.greet?.(server, settings)
  await voice.written()

  const code = await run(command, args, variablesOf(server), voice)
  const passed = await closeAloud(server, voice, true)
  await voice.written()
  return code === 0 && !passed ? 2 : code
}

/** The lines of requests would mix with what the command prints, so they are told only if asked for. */
function voiceFor(line: Line, quiet: boolean): Reporter {
  const voice = ownVoice(new Output(process.stderr))
  const { report, error, written } = voice
  if (quiet) return { error, written }
  return isOn(line, 'verbose') ? voice : { report, error, written }
}

/** Why a command cannot be run, and the exit code that shells have for it. */
const refusals: Readonly<Record<string, { readonly code: number; readonly why: string }>> = {
  ENOENT: { code: 127, why: 'there is no such command' },
  EACCES: { code: 126, why: 'it may not be run' },
}

function run(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  voice: Reporter,
): Promise<number> {
  return new Promise((ended) => {
    // Heard from before the command runs: it must not go on without us.
    onSignals((signal) => {
      // A terminal sends Ctrl-C to the command too, and two of them would ask it to stop at once.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...variables } })
    child.on('exit', (code, signal) => ended(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    child.on('error', (error: NodeJS.ErrnoException) => {
      const { code, why } = refusals[error.code ?? ''] ?? { code: 126, why: error.message }
      voice.error(`ricloud-mock: Failed to run "${command}": ${why}.`)
      ended(code)
    })
  })
}
