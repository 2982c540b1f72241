import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { run } from '../cli/run.ts'
import { until } from '../support/wait.ts'
import { makeFolder, program } from './bundled.ts'
import { type Child, killChildren, startCommand } from './child.ts'

afterAll(killChildren)

const start = (...args: string[]): Child => startCommand(['--port', '0', ...args], program)

interface Ready {
  readonly url: string
  readonly token: string
  readonly seed: number
  readonly control_token?: string
}

async function ready(child: Child): Promise<Ready> {
  return JSON.parse(await child.line('out'))
}

/** Where a server that greets people is. */
async function greeted(child: Child): Promise<Pick<Ready, 'url' | 'token'>> {
  const [, url = ''] = await child.until('err', /listens on (\S+)[\s\S]*Stop: .*\n/)
  return { url, token: 'ricloud-mock-token' }
}

function ended(child: Child, signal: NodeJS.Signals = 'SIGTERM') {
  child.process.kill(signal)
  return child.ended()
}

/** A call with the server's token, or another one. */
async function call({ url, token }: Pick<Ready, 'url' | 'token'>, path: string, body?: object) {
  const response = await fetch(`${url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Token ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
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

/** Whether somebody answers there, on a connection of its own. */
async function isAnswered(url: string): Promise<boolean> {
  const response = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined)
  await response?.text()
  return response !== undefined
}

/** The path of a scenario, written into a folder of its own. */
async function scenario(text: string): Promise<string> {
  const path = join(makeFolder(), 'x.yaml')
  await writeFile(path, text)
  return path
}

describe('What it prints', () => {
  test('--json is lines of JSON on stdout: where it is, what happens, and a report; nothing on stderr', async () => {
    const child = start('--json', '--seed', '5', '--token', 'abc', '--frozen', '--clock', '2020-02-20T12:00:00Z')
    const server = await ready(child)
    await call(server, '/users/1?stat=active')
    await call(server, '/_mock/clock', { advance: '1h' })
    const { out, err } = await ended(child)
    const [first, ...lines] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect({ first, lines, err }).toEqual({
      first: { url: server.url, s3_url: expect.any(String), gcs_url: expect.any(String), token: 'abc', seed: 5 },
      lines: [
        {
          kind: 'request',
          world: null,
          request: expect.objectContaining({ at: '2020-02-20T12:00:00.000000Z', status: 200, ignored: ['stat'] }),
        },
        { kind: 'clock', world: null, clock: expect.objectContaining({ now: '2020-02-20T13:00:00.000000Z' }) },
        expect.objectContaining({ kind: 'report', scenario: 'default', unfired: [] }),
      ],
      err: '',
    })
  })

  test('For people, stderr greets them, has a line for each request, and ends with what never happened', async () => {
    const path = await scenario('scenario: x\nclock: { frozen: true }\nfaults: [{ on: GET /users, nth: 2, delay: 1s }]')
    const child = start('--scenario', path)
    const server = await greeted(child)
    await call(server, '/users?stat=active')
    await call({ ...server, token: 'wrong' }, '/key')
    const { out, err } = await ended(child)
    const lines = err.slice(err.indexOf('Ctrl-C')).split('\n')
    expect({ out, lines, isPlain: !err.includes('\x1b') }).toEqual({
      out: '',
      isPlain: true,
      lines: [
        'Ctrl-C',
        '',
        expect.stringMatching(/^\d\d:\d\d:\d\d {2}GET {5}\/users +200 +[\d.]+ m?s {2}ignored: stat$/),
        expect.stringMatching(/^\d\d:\d\d:\d\d {2}GET {5}\/key +401 +[\d.]+ m?s {2}unauthorized$/),
        'never fired: fault: GET /users, occasion 2: delay 1s',
        '',
      ],
    })
  })

  test('--quiet prints nothing', async () => {
    const port = await freePort()
    const child = startCommand(['--quiet', '--port', String(port)], program)
    await until(() => isAnswered(`http://127.0.0.1:${port}/_mock/health`), 'The server was not ready')
    expect(await ended(child)).toEqual({ code: 0, out: '', err: '' })
  })

  test('Colours come with FORCE_COLOR', async () => {
    const coloured = startCommand(['--port', '0'], program, { env: { FORCE_COLOR: '1' } })
    await call(await greeted(coloured), '/key')
    await coloured.until('err', /\x1b\[32m200\x1b\[39m/)
  })

  test('--json ends with an error once its reader is gone', async () => {
    const child = start('--json')
    const server = await ready(child)
    child.process.stdout.destroy()
    await call(server, '/users')
    const { code, err } = await child.ended()
    expect({ code, err }).toEqual({
      code: 1,
      err: 'ricloud-mock: Failed to write the output: its reader is gone (EPIPE).\n',
    })
  })

  test('It goes on when nobody reads what it prints for people', async () => {
    const child = start()
    const server = await greeted(child)
    child.process.stdout.destroy()
    child.process.stderr.destroy()
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await call(server, '/users?stat=active')).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200])
    expect((await ended(child)).code).toBe(0)
  })

  test('Bound elsewhere it prints the token that control calls need', async () => {
    const { url, control_token = '' } = await ready(start('--json', '--host', '0.0.0.0'))
    const local = url.replace('0.0.0.0', '127.0.0.1')
    expect((await call({ url: local, token: control_token }, '/_mock/clock')).status).toBe(200)
    // For people banner.test.ts shows it.
    expect(control_token).toMatch(/^[\da-f]{32}$/)
  })

  test('-v prints the version and exits', async () => {
    const ended = startCommand(['-v'], program).ended()
    expect(await ended).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' })
  })

  test('It runs from the sources too', async () => {
    expect(await startCommand(['--version']).ended()).toMatchObject({ code: 0, out: `${packageJson.version}\n` })
  })

  test('--help prints the help of all, or of one command', async () => {
    const [all, one] = [await run('--help'), await run('wait', '--help')]
    expect(all).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Commands:\n  start') })
    expect(one).toMatchObject({ code: 0, err: '', out: expect.stringContaining('ricloud-mock wait [flags] <url>') })
  })
})

describe('What it takes', () => {
  test('Equal seeds, clocks and calls give equal bytes, another seed others', async () => {
    const [one, two, other] = await Promise.all(
      ['7', '7', '8'].map((seed) => answersOf(start('--json', '--seed', seed))),
    )
    expect(one).toBe(two)
    expect(one).not.toBe(other)
  })

  test('--host is the address that it listens on, --token that of the first key, and --generate fills the lists', async () => {
    const flags = ['--host', '127.0.0.2', '--token', 'my-own-token', '--generate', 'users=5,sources=5,sessions=20']
    const server = await ready(start('--json', ...flags))
    const key = await call({ ...server, token: 'my-own-token' }, '/keys/1')
    expect([server.url, key.text]).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.2:\d+$/),
      expect.stringContaining('"token":"my-own-token"'),
    ])
    const lists = await Promise.all(['/users', '/sources', '/sessions'].map((path) => call(server, path)))
    expect(lists.map(({ text }) => JSON.parse(text).total_count)).toEqual([5, 5, 20])
  })

  test('Settings come from flags, the environment and the config file of the working directory, and it says so', async () => {
    const cwd = makeFolder()
    await writeFile(join(cwd, 'ricloud-mock.config.json'), '{ "seed": 3, "port": 1, "scenario": "two-factor" }')
    const env = { RICLOUD_MOCK_PORT: '0', RICLOUD_MOCK_TOKEN: 'from-env' }
    const child = startCommand(['--no-strict', '--seed', '7'], program, { cwd, env })
    const { url } = await greeted(child)
    expect((await call({ url, token: 'from-env' }, '/key')).status).toBe(200)
    const { err } = await ended(child)
    expect(/^Settings: +(.*)$/m.exec(err)?.[1]).toBe(
      'seed 7 (--seed), port 0 (RICLOUD_MOCK_PORT), scenario two-factor (ricloud-mock.config.json), token (RICLOUD_MOCK_TOKEN), strict off (--no-strict)',
    )
  })

  test.each([
    ['was removed', 'rmdir "$PWD"'],
    ['may not be read', 'chmod 0 "$PWD"'],
  ])('A working directory that %s does not stop a start', async (_, command) => {
    const shell = spawn(
      'sh',
      ['-c', `${command}; exec "$@"`, 'sh', process.execPath, ...program, '--port', '0', '--json'],
      {
        cwd: makeFolder(),
      },
    )
    const [line] = await once(shell.stdout, 'data')
    shell.kill('SIGTERM')
    const [code] = await once(shell, 'exit')
    expect({ url: JSON.parse(String(line).split('\n')[0] ?? '').url, code }).toEqual({
      url: expect.stringMatching(/^http:/),
      code: 0,
    })
  })

  test.skipIf(process.platform !== 'linux')(
    'Without room for more open files it says so, and answers those that are connected',
    async () => {
      const shell = spawn('sh', ['-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, ...program, '--port', '0'])
      let err = ''
      shell.stderr.on('data', (text) => (err += text))
      await until(() => /listens on (\S+)/.test(err), 'The server was not ready')
      const { port } = new URL(/listens on (\S+)/.exec(err)?.[1] ?? '')
      const sockets = Array.from({ length: 40 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}))
      await until(() => err.includes('New connections are refused'), 'Nothing was said')
      for (const socket of sockets) socket.destroy()
      await until(() => isAnswered(`http://127.0.0.1:${port}/_mock/health`), 'The server did not answer')
      shell.kill('SIGTERM')
      await once(shell, 'exit')
      expect(err).toContain(
        'New connections are refused: the limit of 16 is reached. The limit of open files (ulimit -n) allows no more.',
      )
    },
  )

  test('--watch without a file to watch says so', async () => {
    const child = start('--watch')
    await child.until('err', /Ctrl-C\n\nThere is nothing to watch: no scenario file, and no config file\.\n/)
  })

  test('--watch loads a scenario again that changed', async () => {
    const failing = (status: number) => `scenario: x\nfaults: [{ on: GET /users/*, answer: { status: ${status} } }]`
    const path = await scenario(failing(503))
    const child = start('--scenario', path, '--watch')
    const server = await greeted(child)
    await writeFile(path, failing(504))
    await child.until('err', /x\.yaml changed: faults\. Applied; records and clock were kept\.\n/)
    expect((await call(server, '/users/1')).status).toBe(504)
  })
})

/** The bytes of some calls on a clock frozen at a given instant. */
async function answersOf(child: Child): Promise<string> {
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
  test('the process ends so too', async () => {
    const { code, out, err } = await startCommand(['--prot', '1'], program).ended()
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringMatching(/^ricloud-mock: [^\n]+\n$/) })
  })

  test('a busy port, and it names what set it', async () => {
    const { server, port } = await holdPort()
    const err = await complaint('--port', String(port))
    server.close()
    expect(err).toMatch(new RegExp(`port ${port} .*busy.* It is set by --port\\.\n$`))
  })

  test.each([
    ['an unknown flag, with the nearest one', ['--prot', '1'], /"--prot"\. Did you mean "--port"\?/],
    ['a host that is not of this machine', ['--port', '0', '--host', '192.0.2.1'], /192\.0\.2\.1/],
    ['an origin that is none', ['--cors', 'a.example'], /: --cors must hold origins .*got "a\.example"\./],
    ['sources of no user', ['--port', '0', '--generate', 'users=0,sources=1'], /at least one user/],
  ])('%s', async (_, args, pattern) => {
    expect(await complaint(...args)).toMatch(pattern)
  })
})

describe('How it ends', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with exit code 0 while a connection is kept alive; --json --quiet printed its first line alone',
    async (signal) => {
      const child = start('--json', '--quiet')
      const server = await ready(child)
      const agent = new Agent({ keepAlive: true })
      const [response] = await once(request(`${server.url}/_mock/health`, { agent }).end(), 'response')
      response.resume()
      await once(response, 'end')
      await call(server, '/key')
      const outcome = await ended(child, signal)
      agent.destroy()
      expect(outcome).toEqual({ code: 0, out: `${JSON.stringify(server)}\n`, err: '' })
    },
  )

  test('A signal ends it while it moves the clock far, and others are answered', async () => {
    const path = await scenario(
      'scenario: x\nclock: { frozen: true }\nsteps: [{ at: 1s, every: 1s, do: fault.disarm }]',
    )
    const child = start('--json', '--scenario', path)
    const server = await ready(child)
    const moving = call(server, '/_mock/clock', { advance: '80000d' }).catch(() => 'cut')
    const health = async () => JSON.parse((await call(server, '/_mock/health')).text).now
    const first = await health()
    await until(async () => (await health()) > first, 'The clock does not move')
    const { status } = await call(server, '/users/1')
    const { code } = await ended(child)
    expect([status, code, await moving]).toEqual([200, 0, 'cut'])
  })

  test('A signal lets running answers end', async () => {
    const path = await scenario('scenario: x\nfaults: [{ on: GET /users/*, delay: 500ms }]')
    const child = start('--json', '--scenario', path)
    const server = await ready(child)
    const running = call(server, '/users/1')
    await arrived(server)
    const { code } = await ended(child)
    expect([(await running).status, code]).toEqual([200, 0])
  })

  test('A second signal ends it at once, with the same report and exit code', async () => {
    const path = await scenario(
      'scenario: x\nfaults: [{ on: GET /users/*, delay: 1h }, { on: GET /key, nth: 9, delay: 1s }]',
    )
    const child = start('--strict', '--scenario', path)
    const server = await greeted(child)
    const running = call(server, '/users/1').catch(() => 'cut')
    await arrived(server)
    child.process.kill('SIGINT')
    await until(async () => !(await isAnswered(`${server.url}/_mock/health`)), 'It goes on taking connections')
    // The answer takes an hour: it ends only because it is cut.
    const { code, err } = await ended(child, 'SIGINT')
    expect([await running, code]).toEqual(['cut', 2])
    expect(err).toContain('did not run as scripted:\n  never fired: fault: GET /key')
  })
})

/** Resolves once calls that were sent before have reached the server. */
const arrived = (server: Pick<Ready, 'url' | 'token'>) => call(server, '/_mock/health')
