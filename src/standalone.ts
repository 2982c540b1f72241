import type { ScenarioName } from '../scenarios/index.ts'
import type { ObjectStore } from './engine/http/exchange.ts'
import { shown } from './engine/messages.ts'
import { requireOptions } from './engine/options.ts'
import { messageOf } from './engine/thrown.ts'
import { CoverageFile, readFolderOption } from './mock/coverage-files.ts'
import { Mock, type MockOptions } from './mock/ricloud.ts'
import { loadScenario } from './mock/scenario-files.ts'
import type { ScenarioInput } from './ricloud/scenario-input.ts'
import { type Listening, listen } from './server/listen.ts'
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
  /** Where the objects of `s3://` buckets can be read with clients of S3; 0 by default, for any free port. */
  readonly s3Port?: number | 'none' | undefined
  /** Where the objects of `gs://` buckets can be read with clients of Google Cloud Storage; 0 by default. */
  readonly gcsPort?: number | 'none' | undefined
  /** 127.0.0.1 by default. */
  readonly host?: string | undefined
  /** The folder that `close()` writes the coverage to, for `ricloud-mock coverage`; by default it is not written. */
  readonly coverage?: string | undefined
}

/** A mock that answers over HTTP. */
export interface StandaloneServer {
  /** Without a trailing slash: `http://127.0.0.1:7425`. */
  readonly url: string
  /** The endpoint for clients of S3, such as `AWS_ENDPOINT_URL_S3`; undefined with `s3Port: 'none'`. */
  readonly s3Url: string | undefined
  /** The endpoint for clients of Google Cloud Storage, as `STORAGE_EMULATOR_HOST`; undefined with `gcsPort: 'none'`. */
  readonly gcsUrl: string | undefined
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

const own = ['port', 's3Port', 'gcsPort', 'host', 'allowedHosts', 'cors', 'controlToken', 'coverage']

const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65_535

/** Resolves once all servers listen; if one cannot, closes the others and throws its error. */
async function allOrNone(starting: readonly [Promise<Listening>, ...Promise<Listening>[]]) {
  try {
    return await Promise.all(starting)
  } catch (error) {
    for (const one of await Promise.allSettled(starting)) {
      if (one.status === 'fulfilled') await one.value.close({ now: true })
    }
    throw error
  }
}

/**
 * Starts a server; resolves once it answers calls.
 *
 * @throws an Error that says what to do if the port is in use, the host is not an address of this machine, or an option
 *   is invalid
 */
export async function serve(options: ServeOptions = {}): Promise<StandaloneServer> {
  return serveMock(undefined, requireOptions(options, 'start the server', 'scenario'))
}

async function makeMock(scenario: ServeOptions['scenario'], options: Omit<MockOptions, 'scenario'>): Promise<Mock> {
  const isPath = typeof scenario === 'string' && /[./\\]/.test(scenario)
  const written = isPath ? await loadScenario(scenario) : (scenario as MockOptions['scenario'])
  return new Mock({ ...options, scenario: written }, { own })
}

/**
 * @internal As `serve`; serves a mock that there is already, if one is given.
 *
 * @param notStrict what makes it not strict, for the Error at its end; by default the option
 */
export async function serveMock(
  made: Mock | undefined,
  {
    port = defaultPort,
    s3Port = 0,
    gcsPort = 0,
    host = defaultHost,
    allowedHosts,
    cors,
    controlToken,
    scenario,
    coverage,
    ...options
  }: ServeOptions,
  notStrict?: string,
): Promise<StandaloneServer> {
  if (!isPort(port)) throw new Error(`port must be an integer from 0 to 65535, got ${shown(port)}.`)
  const stores = Object.entries({ s3Port, gcsPort } as const).flatMap(([option, wanted]) => {
    if (wanted !== 'none' && !isPort(wanted)) {
      throw new Error(`${option} must be an integer from 0 to 65535, or "none", got ${shown(wanted)}.`)
    }
    return wanted === 'none' ? [] : [{ option, store: option === 's3Port' ? 's3' : 'gcs', port: wanted } as const]
  })
  const rules = readRules({ allowedHosts, cors, controlToken })
  const folder = readFolderOption(coverage, 'coverage')
  const mock = made ?? (await makeMock(scenario, options))
  await mock.ready
  const log = (message: string) => options.log?.('error', message)
  const starting = [
    listen(mock, { host, port }, rules, log),
    ...stores.map(({ option, ...address }) =>
      listen(mock, { host, ...address }, rules, log).catch((error) => {
        throw new Error(`${option}: ${messageOf(error)}`, { cause: error })
      }),
    ),
  ] as const
  const [server, ...others] = await allOrNone(starting)
  if (server.isExposed) mock.expose()
  const urlOf = (store: ObjectStore) => others[stores.findIndex((one) => one.store === store)]?.url
  let closed: Promise<void> | undefined
  return {
    url: server.url,
    s3Url: urlOf('s3'),
    gcsUrl: urlOf('gcs'),
    token: mock.token,
    controlToken: server.controlToken,
    mock,
    close(how = {}) {
      const { now } = requireOptions(how, 'close the server')
      const ended = Promise.all([server, ...others].map((one) => one.close({ now })))
      closed ??= ended.then(() => {
        mock.hold(true)
        if (folder !== undefined) new CoverageFile(folder).write(mock.coverage())
        mock.requireFired(notStrict)
      })
      return closed
    },
  }
}
