import { defaultHost, defaultPort } from '../standalone.ts'
import type { CommandLine } from './command-line.ts'
import { options } from './options.ts'
import { callableUrl, printLines, quoted } from './output.ts'
import { readSettings } from './settings.ts'

/** Prints the variables of a server that is started with the same settings, for `eval` in a POSIX shell. */
export async function printVariables(line: CommandLine): Promise<number> {
  const { values, sources } = await readSettings(line)
  const { port = defaultPort, host = defaultHost, token = options.token.default } = values
  if (port === 0) {
    throw new Error(`${sources.get('port')}: a free port is known once a server has started; name one, or use exec.`)
  }
  const url = callableUrl(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)
  await printLines(process.stdout, `export RICLOUD_URL=${quoted(url)} RICLOUD_TOKEN=${quoted(token)}`)
  return 0
}
