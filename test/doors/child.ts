import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { inject } from 'vitest'
import { bounded } from '../support/wait.ts'

const root = new URL('../..', import.meta.url)
const running = new Set<ChildProcessWithoutNullStreams>()

/** The command line as the sources have it, or dist; what `bundled.ts` has starts in a tenth of the time. */
const fromSources = process.env.TARGET === 'dist' ? ['dist/cli.cjs'] : ['--import', 'tsx', 'src/cli/main.ts']

/** Here the command keeps its compiled code for the next ones of this run of the tests, after which the folder is removed. */
export const temporary = { TMPDIR: inject('bundle') }

export interface Child {
  readonly process: ChildProcessWithoutNullStreams
  /** What it printed so far. */
  readonly printed: { out: string; err: string }
  /** Resolves once it has printed a whole line there; rejects if it ends before that, or takes too long. */
  line(stream: 'out' | 'err'): Promise<string>
  /** Resolves once what it printed there matches, to the match; rejects as `line` does. */
  until(stream: 'out' | 'err', pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves to what became of it; rejects, and kills it, if it takes too long. */
  ended(): Promise<{ code: number | null; out: string; err: string }>
}

interface Around {
  /** The working directory; that of the project by default. */
  readonly cwd?: string | URL
  /** Variables beside the ones of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether its stdin stays open; it is closed by default. */
  readonly keepStdin?: boolean
}

/** Starts the command line; `killChildren` ends what still runs. */
export function startCommand(
  args: readonly string[],
  program: readonly string[] = fromSources,
  { cwd = root, env = {}, keepStdin = false }: Around = {},
): Child {
  const child = spawn(process.execPath, [...program, ...args], {
    cwd,
    env: { ...process.env, ...(program === fromSources ? { NODE_DISABLE_COMPILE_CACHE: '1' } : temporary), ...env },
    stdio: 'pipe',
  })
  const printed = { out: '', err: '' }
  const closed = once(child, 'close')
  running.add(child)
  void closed.then(() => running.delete(child))
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.err += text))
  if (!keepStdin) child.stdin.end()
  const until = async (name: 'out' | 'err', pattern: RegExp) => {
    const stream = name === 'out' ? child.stdout : child.stderr
    let look = () => {}
    const matched = new Promise<RegExpExecArray>((resolve, reject) => {
      look = () => {
        const match = pattern.exec(printed[name])
        if (match) resolve(match)
      }
      stream.on('data', look)
      void closed.then(() => reject(new Error(`The command ended: ${JSON.stringify(printed)}`)))
      look()
    })
    try {
      return await bounded(matched, `The command printed nothing like ${pattern}`)
    } finally {
      stream.off('data', look)
    }
  }
  return {
    process: child,
    printed,
    line: async (stream) => (await until(stream, /^(.*)\n/))[1] ?? '',
    until,
    ended: async () => {
      try {
        await bounded(closed, 'The command did not end')
      } finally {
        child.kill('SIGKILL')
      }
      return { code: child.exitCode, ...printed }
    },
  }
}

/** Ends every command that still runs. */
export async function killChildren(): Promise<void> {
  const left = [...running]
  for (const child of left) child.kill('SIGKILL')
  await Promise.all(left.map((child) => once(child, 'close')))
}
