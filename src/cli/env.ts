import { defaultHost, defaultPort } from '../standalone.ts'
import { callableUrl, quoted } from './environment.ts'
import type { Line } from './line.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'
import { defaultToken } from './values.ts'

/** Prints the variables of a server that is started with the same settings, for `eval` in a POSIX shell. */
export async function printEnvironment(line: Line): Promise<number> {
  const { values, origins } = await readSettings(line)
  const { port = defaultPort, host = defaultHost, token = defaultToken } = values
  if (port === 0) {
    throw new Error(`${origins.get('port')}: a free port is known once a server has started; name one, or use exec.`)
  }
  const url = callableUrl(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)
  await say(process.stdout, `export RICLOUD_URL=${quoted(url)} RICLOUD_TOKEN=${quoted(token)}`)
  return 0
}
