import { defaultHost, defaultPort } from '../standalone.ts'
import type { CommandLine } from './command-line.ts'
import { options } from './options.ts'
import { callableUrl, printResult, quoted } from './output.ts'
import { hasProxy, withoutProxy } from './proxy.ts'
import { readSettings } from './settings.ts'
import { storeVariables } from './store-variables.ts'

/**
 * Prints the variables of a server that is started with the same settings, for `eval` in a POSIX shell; those of a store if
 * its port is set, since a free one is known once the server has started.
 */
export async function printVariables(line: CommandLine): Promise<number> {
  const { values, sources } = await readSettings(line)
  const { port = defaultPort, host = defaultHost, token = options.token.default } = values
  if (port === 0) {
    throw new Error(`${sources.get('port')}: a free port is known once a server has started; name one, or use exec.`)
  }
  const urlOf = (at: number) => callableUrl(`http://${host.includes(':') ? `[${host}]` : host}:${at}`)
  const url = urlOf(port)
  const storeUrl = (at: number | 'none' = 0) => (at === 'none' || at === 0 ? undefined : urlOf(at))
  const variables = {
    RICLOUD_URL: url,
    RICLOUD_TOKEN: token,
    ...storeVariables({ s3Url: storeUrl(values.s3Port), gcsUrl: storeUrl(values.gcsPort) }, process.env),
    ...(hasProxy(process.env) && withoutProxy(url, process.env)),
  }
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`)
  await printResult(['export', ...assignments].join(' '))
  return 0
}
