import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { bundleCommand } from './bundle.ts'
import { bounded, type Child, killChildren, startCommand } from './child.ts'

let command: Awaited<ReturnType<typeof bundleCommand>>

beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(async () => {
  await killChildren()
  await command.remove()
})

const run = (...args: string[]) => startCommand(args, command.program).ended()
const start = (...args: string[]): Child => startCommand(['--port', '0', ...args], command.program)

interface Ready {
  readonly url: string
  readonly token: string
  readonly seed: number
}

async function ready(child: Child): Promise<Ready> {
  return JSON.parse(await child.line('out'))
}

/** A call with the server's token, or another one. */
async function call({ url, token }: Pick<Ready, 'url' | 'token'>, path: string, body?: object) {
  const response = await fetch(`${url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Token ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, date: response.headers.get('date'), text: await response.text() }
}

/** What the command prints and exits with when something given is wrong. */
async function complaint(...args: string[]): Promise<string> {
  const { code, out, err } = await run(...args)
  expect({ code, out, oneLine: /^ricloud-mock: \S[^\n]*\n$/.test(err), err }).toEqual({
    code: 1,
    out: '',
    oneLine: true,
    err,
  })
  return err
}

/** A port of the loopback address that somebody holds until the server given with it is closed. */
async function holdPort(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

async function freePort(): Promise<number> {
  const { server, port } = await holdPort()
  server.close()
  await once(server, 'close')
  return port
}

describe('What it prints', () => {
  test('--json is one line on stdout and nothing else', async () => {
    const child = start('--json', '--seed', '5', '--token', 'abc')
    const { url } = await ready(child)
    child.process.kill('SIGTERM')
    const { out, err } = await child.ended()
    expect({ out, err }).toEqual({ out: `${JSON.stringify({ url, token: 'abc', seed: 5 })}\n`, err: '' })
  })

  test('Without flags for it, a greeting on stderr says where the server is', async () => {
    const child = start()
    const url = /http:\S+/.exec(await child.line('err'))?.[0] ?? ''
    expect((await call({ url, token: 'ricloud-mock-token' }, '/key')).status).toBe(200)
    expect(child.printed.out).toBe('')
  })

  test('--quiet prints nothing', async () => {
    const port = await freePort()
    const child = startCommand(['--quiet', '--port', String(port)], command.program)
    await bounded(answering(`http://127.0.0.1:${port}/_mock/health`), 'The server was not ready')
    child.process.kill('SIGTERM')
    expect(await child.ended()).toEqual({ code: 0, out: '', err: '' })
  })

  test('--help prints every flag and exits', async () => {
    const { code, out, err } = await run('--help')
    const flags = ['--port', '--host', '--token', '--seed', '--generate', '--json', '--quiet', '--help', '--version']
    expect({ code, err, missing: flags.filter((name) => !out.includes(name)) }).toEqual({
      code: 0,
      err: '',
      missing: [],
    })
  })

  test.each(['--version', '-v'])('%s prints the version and exits', async (flag) => {
    expect(await run(flag)).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' })
  })

  test('Ignored parameters are named on stderr', async () => {
    const child = start('--json')
    await call(await ready(child), '/users?stat=active')
    expect(await child.line('err')).toContain('stat')
  })
})

/** Resolves once somebody answers there. */
async function answering(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response) return void (await response.text())
    await wait(20)
  }
}

describe('What it takes', () => {
  test('--token is the token of the first key', async () => {
    const server = await ready(start('--json', '--token', 'my-own-token'))
    expect((await call({ ...server, token: 'my-own-token' }, '/keys/1')).text).toContain('"token":"my-own-token"')
  })

  test('Equal seeds, clocks and calls give equal bytes', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => morningOf(start('--json', '--seed', '7'))))
    expect(one).toBe(two)
  })

  test('Another seed gives other tokens', async () => {
    const [one, two] = await Promise.all(['7', '8'].map((seed) => morningOf(start('--json', '--seed', seed))))
    expect(one).not.toBe(two)
  })

  test('--host is the address that it listens on', async () => {
    const server = await ready(start('--json', '--host', '127.0.0.2'))
    expect([server.url, (await call(server, '/key')).status]).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.2:\d+$/),
      200,
    ])
  })

  test('A value may be joined to its flag', async () => {
    expect((await ready(start('--json', '--seed=9'))).seed).toBe(9)
  })

  test('--generate fills the lists', async () => {
    const server = await ready(start('--json', '--generate', 'users=5,sources=5,sessions=20'))
    const lists = await Promise.all(['/users', '/sources', '/sessions'].map((path) => call(server, path)))
    expect(lists.map(({ text }) => JSON.parse(text).total_count)).toEqual([5, 5, 20])
  })
})

/** The bytes of some calls on a clock that stands still at a given instant. */
async function morningOf(child: Child): Promise<string> {
  const server = await ready(child)
  await call(server, '/_mock/clock', { freeze: true })
  await call(server, '/_mock/clock', { set: '2090-02-20T12:00:00Z' })
  const user = await call(server, '/users', { identifier: 'equal@example.com' })
  const source = { user: 1, type: 'icloud.account', identifier: 'equal@example.com' }
  const session = await call(server, '/sessions', { source, payload: { password: 'joshua' } })
  const key = await call(server, '/keys', {})
  return JSON.stringify([user, session, key])
}

describe('What it refuses, in one line and with exit code 1', () => {
  test('a busy port', async () => {
    const { server, port } = await holdPort()
    const err = await complaint('--port', String(port))
    server.close()
    expect(err).toMatch(new RegExp(`port ${port} .*busy`))
  })

  test.concurrent.each([
    ['an unknown flag, with the nearest one', ['--prot', '1'], /"--prot"\. Did you mean "--port"\?/],
    ['an unknown short flag', ['-x'], /Unknown flag "-x"/],
    ['a flag named like a property of every object', ['--constructor', '1'], /Unknown flag "--constructor"/],
    ['an unknown word', ['serve'], /Unknown argument "serve"/],
    ['--port without a value', ['--port'], /--port needs a value/],
    ['--generate without a value', ['--generate'], /--generate needs a value/],
    ['a flag whose value is empty', ['--port='], /--port needs a value/],
    ['a value for --json', ['--json=yes'], /--json takes no value/],
    ['a port that is no number', ['--port', 'http'], /--port must be a whole number .*"http"/],
    ['a port that does not exist', ['--port', '65536'], /--port must be .*65535, got "65536"/],
    ['a port below zero', ['--port=-1'], /--port must be .*"-1"/],
    ['a host that is not of this machine', ['--port', '0', '--host', '192.0.2.1'], /192\.0\.2\.1/],
    ['a token with a space', ['--port', '0', '--token', 'a b'], /token/],
    ['a token beyond ASCII', ['--port', '0', '--token', 'clé'], /token/],
    ['a seed of more than 32 bits', ['--seed', '4294967296'], /--seed must be .*4294967295/],
    ['counts of something unknown, with the nearest name', ['--generate', 'user=5'], /Did you mean "users"\?/],
    ['a count that is no number', ['--generate', 'users=many'], /--generate users must be .*"many"/],
    ['a count given twice', ['--generate', 'users=1,users=2'], /names users twice/],
    ['a count without a value', ['--generate', 'users'], /--generate/],
    ['sources of no user', ['--port', '0', '--generate', 'users=0,sources=1'], /at least one user/],
  ])('%s', async (_, args, pattern) => {
    expect(await complaint(...args)).toMatch(pattern)
  })
})

describe('How it ends', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with exit code 0', async (signal) => {
    const child = start('--json')
    await ready(child)
    child.process.kill(signal)
    expect((await child.ended()).code).toBe(0)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it while a connection is kept alive', async (signal) => {
    const child = start('--json')
    const { url } = await ready(child)
    const agent = new Agent({ keepAlive: true })
    const [response] = await once(request(`${url}/_mock/health`, { agent }).end(), 'response')
    response.resume()
    await once(response, 'end')
    child.process.kill(signal)
    const { code } = await child.ended()
    agent.destroy()
    expect(code).toBe(0)
  })

  test('SIGTERM ends it while an upload is under way', async () => {
    const child = start('--json')
    const { url, token } = await ready(child)
    const headers = { authorization: `Token ${token}`, 'content-length': 1000 }
    const upload = request(`${url}/users`, { method: 'POST', headers }).on('error', () => {})
    upload.write('{')
    await once(upload, 'socket').then(([socket]) => socket.connecting && once(socket, 'connect'))
    child.process.kill('SIGTERM')
    const { code } = await child.ended()
    upload.destroy()
    expect(code).toBe(0)
  })
})
