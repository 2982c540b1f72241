import { defaultHost, defaultPort } from '../standalone.ts'
import type { CommandLine } from './command-line.ts'
import { options } from './options.ts'
import { callableUrl, printResult, quoted } from './output.ts'
import { hasProxy, withoutProxy } from './proxy.ts'
import { readSettings } from './settings.ts'

/** Prints the variables of a server that is started with the same settings, for `eval` in a POSIX shell. */
export async function printVariables(line: CommandLine): Promise<number> {
  const { values, sources } = await readSettings(line)
  const { port = defaultPort, host = defaultHost, token = options.token.default } = values
  if (port === 0) {
    throw new Error(`${sources.get('port')}: a free port is known once a server has started; name one, or use exec.`)
  }
  const url = callableUrl(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)
  const variables = {
    RICLOUD_URL: url,
    RICLOUD_TOKEN: token,
    ...(hasProxy(process.env) && withoutProxy(url, process.env)),
  }
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`)
  await printResult(['export', ...assignments].join(' '))
  return 0
}
