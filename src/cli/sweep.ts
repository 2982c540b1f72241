import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism, constants } from 'node:os'
import { printableLine } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { messageOf } from '../engine/thrown.ts'
import { type SweepKind, type SweepOptions, type SweepTestOf, sweepThrough } from '../mock/sweep.ts'
import type { CallPattern } from '../scenario/vocabulary.ts'
import { listen } from '../server/listen.ts'
import { readRules } from '../server/rules.ts'
import { type CommandLine, isOn, textOf, textsOf } from './command-line.ts'
import { variablesOf } from './exec.ts'
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
  const given = (name: 'calls' | 'kinds') => (textsOf(line, name).length > 0 ? textsOf(line, name) : undefined)
  const number = (name: 'parallel' | 'runs') => {
    const text = textOf(line, name)
    return text === undefined ? undefined : options[name].type.read(text, `--${name}`)
  }
  const timeout = textOf(line, 'timeout') ?? options.timeout.default
  options.timeout.type.read(timeout, '--timeout')
  return {
    calls: given('calls')?.map((call) => (/^\d+$/.test(call) ? Number(call) : (call as CallPattern))),
    kinds: given('kinds') as readonly SweepKind[] | undefined,
    parallel: number('parallel') ?? availableParallelism(),
    runs: number('runs'),
    timeout: timeout as SweepOptions['timeout'],
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
          const last = tail.trimEnd().split('\n').at(-1)
          if (code === 0) resolve()
          else
            reject(new Error(`it ended with ${by ?? `the exit code ${code}`}${last ? `: ${printableLine(last)}` : ''}`))
        })
      })
    }
  }
}

/** How much of what a command prints last is kept, in characters. */
const longestTail = 500

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
