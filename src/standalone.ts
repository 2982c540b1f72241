import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ScenarioName } from '../scenarios/index.ts'
import { refusal } from './errors.ts'
import { Mock, type MockOptions } from './mock.ts'
import { loadScenario } from './scenario/file.ts'
import type { ScenarioInput } from './scenario/scenario-type.ts'

export { loadScenario } from './scenario/file.ts'

/** Where a server listens unless told otherwise. */
export const defaultPort = 7425
export const defaultHost = '127.0.0.1'

export interface ServeOptions extends Omit<MockOptions, 'scenario'> {
  /** A built-in scenario by its name, the path of a file, or a scenario of your own. */
  readonly scenario?: ScenarioName | (string & {}) | ScenarioInput | undefined
  /** 7425 by default; 0 for any free one. */
  readonly port?: number | undefined
  /** 127.0.0.1 by default. */
  readonly host?: string | undefined
}

/** A mock that answers over HTTP. */
export interface StandaloneServer {
  /** Without a trailing slash: `http://127.0.0.1:7425`. */
  readonly url: string
  readonly token: string
  readonly mock: Mock
  /** Stops at once; open connections are cut. Where the mock is `strict`, it rejects if the scenario did not come to pass. */
  close(): Promise<void>
}

/**
 * Starts a server; once resolved, its first call will be answered.
 *
 * @throws an Error that says what to do if the port is busy, the host is not this machine's, or an option is at fault
 */
export async function serve({
  port = defaultPort,
  host = defaultHost,
  scenario,
  ...options
}: ServeOptions = {}): Promise<StandaloneServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`port must be an integer from 0 to 65535, got ${JSON.stringify(port)}.`)
  }
  const isPath = typeof scenario === 'string' && /[./\\]/.test(scenario)
  const written = isPath ? await loadScenario(scenario) : (scenario as MockOptions['scenario'])
  const mock = new Mock({ ...options, scenario: written }, ['port', 'host'])
  await mock.ready
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(mock, request, response).catch((error) => {
      options.log?.('error', `${request.method} ${request.url} failed: ${String(error?.stack ?? error)}`)
      response.destroy()
    })
  }
  // What Node would refuse in its own words is answered in the API's.
  const server = createServer({ requireHostHeader: false }, listener)
  server.on('checkExpectation', listener)
  server.on('clientError', (_error, socket) => refuse(socket))
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(explained(error, host, port)))
    server.listen(port, host, listening)
  })
  const { address, family, port: bound } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    token: mock.token,
    mock,
    async close() {
      await new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
      if (mock.strict) mock.scenario.verify()
    },
  }
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `The port ${port} on ${host} is busy: choose another one, or 0 for any that is free.`,
    EACCES: `This user may not listen on port ${port}: choose one above 1023.`,
    EADDRNOTAVAIL: `The host ${host} is not an address of this machine.`,
    ENOTFOUND: `The host ${host} is unknown.`,
  }
  return new Error(reasons[error.code ?? ''] ?? `Failed to listen on ${host}:${port}: ${error.message}`, {
    cause: error,
  })
}

async function answer(mock: Mock, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body, close } = await mock.respond({
    method: request.method ?? 'GET',
    url: pathOf(request.url ?? '/'),
    header: (name) => request.headers[name] as string | undefined,
    body: (limit) => read(request, limit),
  })
  if (close === 'reset') return void request.socket.resetAndDestroy()
  if (close === 'empty') return void request.socket.destroy()
  response.sendDate = false
  response.writeHead(status, Object.assign({ 'content-length': Buffer.byteLength(body) }, headers))
  if (close === 'truncated') {
    response.write(body.slice(0, body.length / 2), () => request.socket.destroy())
    return
  }
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Answers what is no readable HTTP. */
function refuse(socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(refusal.notHttp().body())
  const head = 'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n'
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

/** A request may name the whole URL, as proxies are asked. */
function pathOf(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
}

/** The body as text; undefined as soon as it is longer than the limit, and the rest is thrown away. */
function read(request: IncomingMessage, limit: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    if (Number(request.headers['content-length']) > limit) resolve(undefined)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        chunks.length = 0
        resolve(undefined)
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(new TextDecoder().decode(Buffer.concat(chunks))))
    request.on('error', () => reject(refusal.bodyCut()))
    request.on('close', () => reject(refusal.bodyCut()))
  })
}
