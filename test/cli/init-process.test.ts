import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { initScript } from '../../src/cli/init-process.ts'
import { program } from '../doors/bundled.ts'
import { bounded } from '../support/wait.ts'

/** Runs a command as the first process of a namespace. */
const isolate = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
/** Whether a process can be the first one of a namespace here, as that of a container is. */
const canIsolate = spawnSync('env', [...isolate, 'true']).status === 0
const canReplaceItself = 'execve' in process

/** Runs a command as the first process; resolves to its exit code and what it printed. */
async function runFirst(command: readonly string[]) {
  const child = spawn('env', [...isolate, ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
  const out = text(child.stdout)
  child.stdin.end('input\n')
  const [code] = await bounded(once(child, 'exit'), 'The command did not end')
  return { code, out: await out }
}

const runAsInit = (script: string) => runFirst(['sh', '-c', initScript, 'sh', 'sh', '-c', script])

/** Leaves a process without a parent, and prints what becomes of it. */
const orphan = `
pid=$(sh -c 'sleep 0.1 > /dev/null & echo $!')
for i in $(seq 200); do [ -e /proc/$pid ] && sleep 0.05; done
[ -e /proc/$pid ] && echo zombie || echo reaped
exit 5`

describe.skipIf(!canIsolate)('The first process of a container', () => {
  it('reaps processes without a parent, and exits as the command does', async () => {
    expect(await runAsInit(orphan)).toEqual({ code: 5, out: 'reaped\n' })
  })

  it('gives its input to the command', async () => {
    expect(await runAsInit('cat')).toEqual({ code: 0, out: 'input\n' })
  })

  it.each(['TERM', 'INT', 'HUP'])('passes SIG%s on, and waits for the command', async (signal) => {
    // A shell in the background would ignore SIGINT; Node handles it.
    const script = `process.on('SIG${signal}', () => { console.log('heard'); setTimeout(() => process.exit(7), 50) })
      setInterval(() => {}, 1000)
      process.kill(1, 'SIG${signal}')`
    const command = ['sh', '-c', initScript, 'sh', process.execPath, '-e', script]
    expect(await runFirst(command)).toEqual({ code: 7, out: 'heard\n' })
  })

  it.skipIf(!canReplaceItself)('leaves no zombies where it is exec', async () => {
    const command = [process.execPath, ...program, 'exec', '--', 'sh', '-c', orphan]
    expect(await runFirst(command)).toEqual({ code: 5, out: 'reaped\n' })
  })
})
