import type { ScenarioName } from '../scenarios/index.ts'
import { shown } from './engine/messages.ts'
import { Mock, type MockOptions } from './mock/ricloud.ts'
import { loadScenario } from './mock/scenario-files.ts'
import type { ScenarioInput } from './ricloud/scenario-input.ts'
import { listen } from './server/listen.ts'
import { type RuleOptions, readRules } from './server/rules.ts'

export { loadScenario } from './mock/scenario-files.ts'

/** The default port and host of a server. */
export const defaultPort = 7425
export const defaultHost = '127.0.0.1'

export interface ServeOptions extends Omit<MockOptions, 'scenario'>, RuleOptions {
  /** The name of a built-in scenario, the path of a file, or a scenario of your own. */
  readonly scenario?: ScenarioName | (string & {}) | ScenarioInput | undefined
  /** 7425 by default; 0 for any free port. */
  readonly port?: number | undefined
  /** 127.0.0.1 by default. */
  readonly host?: string | undefined
}

/** A mock that answers over HTTP. */
export interface StandaloneServer {
  /** Without a trailing slash: `http://127.0.0.1:7425`. */
  readonly url: string
  readonly token: string
  /** The token that calls under `/_mock` need, as `Authorization: Token …`; undefined if they need none. */
  readonly controlToken: string | undefined
  readonly mock: Mock
  /**
   * Accepts no more calls, waits up to two seconds for running ones, and closes the remaining connections; with `now` at
   * once, also while it is closing. With a `strict` mock, rejects if something in the scenario never fired.
   */
  close(options?: { readonly now?: boolean | undefined }): Promise<void>
}

/**
 * Starts a server; resolves once it answers calls.
 *
 * @throws an Error that says what to do if the port is in use, the host is not an address of this machine, or an option
 *   is invalid
 */
export async function serve({
  port = defaultPort,
  host = defaultHost,
  allowedHosts,
  cors,
  controlToken,
  scenario,
  ...options
}: ServeOptions = {}): Promise<StandaloneServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`port must be an integer from 0 to 65535, got ${shown(port)}.`)
  }
  const rules = readRules({ allowedHosts, cors, controlToken })
  const isPath = typeof scenario === 'string' && /[./\\]/.test(scenario)
  const written = isPath ? await loadScenario(scenario) : (scenario as MockOptions['scenario'])
  const mock = new Mock({ ...options, scenario: written }, ['port', 'host', 'allowedHosts', 'cors', 'controlToken'])
  await mock.ready
  const server = await listen(mock, { host, port }, rules, (message) => options.log?.('error', message))
  if (server.isExposed) mock.expose()
  let closed: Promise<void> | undefined
  return {
    url: server.url,
    token: mock.token,
    controlToken: server.controlToken,
    mock,
    close({ now } = {}) {
      const ended = server.close({ now })
      closed ??= ended.then(() => {
        mock.hold(true)
        if (mock.strict) mock.scenario.verify()
      })
      return closed
    },
  }
}
