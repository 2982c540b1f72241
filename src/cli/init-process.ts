import { existsSync } from 'node:fs'

const shell = '/bin/sh'

/**
 * Runs a command as the first process of a container must: it reaps every process that is left without a parent, and
 * passes signals on. With a terminal, Ctrl-C reaches the command anyway. A command in the background would get no input.
 */
export const initScript = `exec 3<&0
"$@" <&3 3<&- &
child=$!
exec 3<&-
trap "kill -TERM $child" TERM
trap "kill -HUP $child" HUP
if [ -t 0 ]; then trap : INT; else trap "kill -INT $child" INT; fi
wait "$child"
code=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done
exit "$code"`

/**
 * As the first process of a container, replaces this process by a shell that runs the same command again: Node reaps only
 * the processes that it started itself. Node before 22.15 cannot replace itself, and `docker run --init` helps there.
 */
export function runBelowInit(): void {
  const { execve } = process as { readonly execve?: (file: string, args: string[], environment: object) => never }
  if (process.pid !== 1 || !execve || !existsSync(shell)) return
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  execve.call(process, shell, [shell, '-c', initScript, shell, ...command], { ...process.env })
}
