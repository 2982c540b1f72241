import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

export interface Started {
  readonly port: number
  /** Milliseconds from the start of the process to the first 200. */
  readonly ready: number
  /** Resident memory in MB. */
  memory(): number
  /** Seconds of CPU time that it took so far. */
  cpu(): number
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  await new Promise((closed) => server.close(closed))
  return port
}

/** Clock ticks of Linux in a second. */
const ticks = 100

/** User and system time, which come after the name in parentheses. */
function cpuOf(pid: number | undefined): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user, system] = fields.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) / ticks
}

/** Starts a server with `node <args>`, in which `PORT` stands for its port, and waits for its first 200. */
export async function start(args: readonly string[], node = process.execPath): Promise<Started> {
  const port = await freePort()
  const begun = performance.now()
  const child = spawn(
    node,
    args.map((arg) => arg.replace('PORT', String(port))),
    { stdio: 'inherit' },
  )
  running.add(child)
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/users/1`, { headers: { authorization: 'Token bench' } })
      await response.text()
      if (response.status === 200) break
    } catch {
      if (performance.now() - begun > 30_000 || child.exitCode !== null)
        throw new Error(`${args.join(' ')} never answered.`)
    }
    await new Promise((later) => setTimeout(later, 2))
  }
  return {
    port,
    ready: performance.now() - begun,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    cpu: () => cpuOf(child.pid),
    stop: () =>
      new Promise((stopped) => {
        child.once('exit', () => {
          running.delete(child)
          stopped()
        })
        child.kill('SIGTERM')
      }),
  }
}
