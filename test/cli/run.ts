import { Writable } from 'node:stream'
import { run as runCommand } from '../../src/cli/run.ts'

/** A stream like those of a process that nobody looks at, and what was written on it. */
function recording() {
  const printed: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      printed.push(text)
      done()
    },
  })
  return { stream, text: () => printed.join('') }
}

/**
 * Runs the command line in this process, up to what it prints and the code it exits with. Not for what goes on until a
 * signal comes, and one at a time.
 */
export async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const streams = { stdout: recording(), stderr: recording() }
  const own = Object.getOwnPropertyDescriptors(process)
  for (const name of ['stdout', 'stderr'] as const) {
    Object.defineProperty(process, name, { configurable: true, get: () => streams[name].stream })
  }
  try {
    const code = await runCommand(args)
    return { code, out: streams.stdout.text(), err: streams.stderr.text() }
  } finally {
    const { stdout, stderr } = own
    Object.defineProperties(process, { stdout, stderr })
  }
}
