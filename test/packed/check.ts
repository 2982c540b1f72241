// Runs commands, and says in one line each whether what they prove holds.
import { spawn } from 'node:child_process'

export interface Check {
  /** What holds if the command ends well. */
  readonly title: string
  readonly command: readonly [string, ...string[]]
  readonly folder: string
  readonly env?: NodeJS.ProcessEnv | undefined
  /** What it must print; anything if not given. */
  readonly prints?: string | undefined
  /** Which complaints of a command that fails do not count. */
  readonly disregard?: RegExp | undefined
}

export interface Outcome {
  readonly holds: boolean
  readonly output: string
}

/** Milliseconds after which a command is stopped. */
const timeLimit = 600_000

/** Lines that are shown of what a command printed that failed. */
const longest = 40

const counts = { passed: 0, failed: 0 }

/** Counts a check and says how it ended; what it printed too, where it failed. */
export function note(title: string, { holds, output }: Outcome): boolean {
  counts[holds ? 'passed' : 'failed']++
  process.stdout.write(`${holds ? 'ok     ' : 'FAILED '} ${title}\n`)
  const lines = output.trimEnd().split('\n')
  const shown = lines.length > longest ? [...lines.slice(0, longest), `… ${lines.length} lines`] : lines
  if (!holds) process.stdout.write(`${shown.join('\n').replace(/^/gm, '        ')}\n`)
  return holds
}

/** Runs a command without a word. */
export async function run({
  command: [program, ...args],
  folder,
  env,
  prints,
  disregard,
}: Omit<Check, 'title'>): Promise<Outcome> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeLimit,
    killSignal: 'SIGKILL',
  })
  let [output, printed] = ['', '']
  child.stdout.on('data', (chunk) => {
    printed += chunk
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const code = await new Promise<number | string | null>((resolve) => {
    child.on('error', ({ message }) => resolve(message))
    child.on('close', (status, signal) => resolve(status ?? signal))
  })
  if (disregard && code !== 0 && printed !== '') {
    // What is indented belongs to the complaint above it.
    output = output.replace(/^[ \t].*\n?/gm, '').replace(/^.+\n?/gm, (line) => (disregard.test(line) ? '' : line))
    if (output.trim() === '') return { holds: true, output }
  }
  if (code !== 0) return { holds: false, output: `${output}\n${program} ended with ${code}` }
  return { holds: prints === undefined || printed.trim() === prints, output }
}

export async function check({ title, ...rest }: Check): Promise<boolean> {
  return note(title, await run(rest))
}

/** Runs checks, so many at a time. */
export async function checkAll(checks: readonly Check[], atOnce: number): Promise<void> {
  const waiting = [...checks]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await check(next)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** Says how many checks passed; gives back the code to exit with. */
export function summary(): number {
  process.stdout.write(`compatibility: ${counts.passed} passed, ${counts.failed} failed\n`)
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1
}
