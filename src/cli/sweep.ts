import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism, constants } from 'node:os'
import { printableLine } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { cut } from '../engine/text.ts'
import { messageOf } from '../engine/thrown.ts'
import type { SweepKind } from '../mock/sweep/kinds.ts'
import type { SweepTestOf } from '../mock/sweep/run.ts'
import { type SweepOptions, sweepThrough } from '../mock/sweep/sweep.ts'
import type { CallPattern } from '../scenario/vocabulary.ts'
import { listen } from '../server/listen.ts'
import { readRules } from '../server/rules.ts'
import { type CommandLine, isOn, textOf, textsOf } from './command-line.ts'
import { variablesOf } from './exec.ts'
import type { OptionType } from './option-values.ts'
import { options } from './options.ts'
import { printMessage, printResult } from './output.ts'
import { onSignals } from './server.ts'
import { readSettings, serveOptions } from './settings.ts'

/**
 * Runs a command once for each of its calls and each kind of fault, beside a server of its own each time. Resolves to 0,
 * to 1 if there are problems, and to 2 if there is nothing to sweep.
 */
export async function sweepCommand(line: CommandLine): Promise<number> {
  try {
    const [command, ...args] = line.words.length > 0 ? [] : line.rest
    if (command === undefined) {
      throw new Error(`sweep takes a command after "--": ricloud-mock sweep -- ${line.words.join(' ') || 'npm test'}`)
    }
    const { token, seed, scenario, fixtures, generate, dialect, settings } = await serveOptions(
      await readSettings(line),
    )
    const world = { token, seed, scenario, fixtures, generate, dialect, settings } as SweepOptions
    const report = await sweepThrough(testOf(command, args), { ...world, ...optionsOf(line) })
    await printResult(isOn(line, 'json') ? JSON.stringify(report) : report.text)
    return report.problems.length > 0 ? 1 : 0
  } catch (error) {
    await printMessage(`ricloud-mock: ${messageOf(error)}`)
    return 2
  }
}

function optionsOf(line: CommandLine): SweepOptions {
  const given = (name: 'calls' | 'kinds') => {
    const texts = textsOf(line, name)
    return texts.length > 0 ? texts : undefined
  }
  const read = <T>(name: 'parallel' | 'runs' | 'timeout', type: OptionType<T>, text = textOf(line, name)) =>
    text === undefined ? undefined : type.read(text, `--${name}`)
  return {
    calls: given('calls')?.map((call) => (/^\d+$/.test(call) ? Number(call) : (call as CallPattern))),
    kinds: given('kinds') as readonly SweepKind[] | undefined,
    parallel: read('parallel', options.parallel.type) ?? availableParallelism(),
    runs: read('runs', options.runs.type),
    timeout: read('timeout', options.timeout.type, textOf(line, 'timeout') ?? options.timeout.default),
  }
}

/** The command as a test, which fails with another exit code than 0. */
function testOf(command: string, args: readonly string[]): SweepTestOf {
  const running = new Set<ChildProcess>()
  onSignals((signal) => {
    for (const child of running) end(child)
    process.exit(128 + constants.signals[signal])
  })
  return async ({ token, signal }, run) => {
    const stores = [undefined, 's3', 'gcs'] as const
    const listening = await Promise.all(
      stores.map((store) => listen(run, { host: '127.0.0.1', port: 0, store }, readRules({}), () => {})),
    )
    const [url = '', s3Url, gcsUrl] = listening.map((one) => one.url)
    const env = { ...process.env, ...variablesOf({ url, s3Url, gcsUrl, token, controlToken: undefined }) }
    try {
      await ended(spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env, detached: hasGroups }))
    } finally {
      await Promise.all(listening.map((one) => one.close({ now: true })))
    }

    function ended(child: ChildProcess): Promise<void> {
      running.add(child)
      signal.addEventListener('abort', () => running.has(child) && end(child))
      let tail = ''
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        tail = (tail + text).slice(-longestTail)
      })
      return new Promise((resolve, reject) => {
        child.on('error', (error) => reject(new Error(`Failed to run "${command}": ${systemReason(error)}`)))
        child.on('exit', (code, by) => {
          running.delete(child)
          const last = errorIn(tail)
          if (code === 0) resolve()
          else reject(new Error(`it ended with ${by ?? `the exit code ${code}`}${last ? `: ${last}` : ''}`))
        })
      })
    }
  }
}

/** How much of what a command prints last is kept, and of the line of its error, in characters. */
const longestTail = 20_000
const longestError = 500

/** The error that a command printed last: no line of a stack, no bracket, nor the version that Node adds. */
function errorIn(tail: string): string {
  const lines = tail.split('\n').filter((line) => /^[^\s{}]/.test(line) && !line.startsWith('Node.js v'))
  return printableLine(cut(lines.at(-1)?.trimEnd() ?? '', longestError))
}

/** Whether a command and the processes that it starts can be ended together. */
const hasGroups = process.platform !== 'win32'

function end(child: ChildProcess): void {
  if (!hasGroups || child.pid === undefined) return void child.kill('SIGKILL')
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
