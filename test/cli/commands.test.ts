import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { parseCommandLine } from '../../src/cli/command-line.ts'
import { printVariables } from '../../src/cli/env.ts'
import { execute } from '../../src/cli/exec.ts'
import { waitForServer } from '../../src/cli/wait.ts'
import { setupRicloud } from '../../src/node.ts'
import { makeFolder, program } from '../doors/bundled.ts'
import { killChildren, startCommand } from '../doors/child.ts'
import { run } from './run.ts'

afterAll(killChildren)

/** The path of a scenario with a fault that never fires. */
async function unfiredScenario(): Promise<string> {
  const path = join(makeFolder(), 'x.yaml')
  await writeFile(path, 'scenario: x\nfaults: [{ on: GET /organisation, delay: 1s }]')
  return path
}

describe('env', () => {
  it('prints the variables of a server with these settings, and nothing else', async () => {
    expect(await run('env')).toEqual({
      code: 0,
      out: "export RICLOUD_URL='http://127.0.0.1:7425' RICLOUD_TOKEN='ricloud-mock-token'\n",
      err: '',
    })
  })

  it('takes settings from flags, the environment and the config file', async () => {
    const cwd = makeFolder()
    await writeFile(join(cwd, 'ricloud-mock.config.yaml'), 'host: "::"\nport: 1')
    const env = { RICLOUD_MOCK_PORT: '7000' }
    const { out } = await startCommand(['env', '--token', 'abc'], program, { cwd, env }).ended()
    expect(out).toBe("export RICLOUD_URL='http://[::1]:7000' RICLOUD_TOKEN='abc'\n")
  })

  it.each([`a'b'''$(id)\`id\`;touch${'$'}{IFS}pwned;'`, String.raw`\'"!!*?[a-z]~&|<>#%\\`])(
    'is safe for eval with the token %s',
    async (token) => {
      const { out } = await run('env', '--token', token)
      const script = `eval "$1" && printf '%s|%s' "$RICLOUD_URL" "$RICLOUD_TOKEN"`
      const printed = execFileSync('sh', ['-c', script, 'sh', out], { cwd: makeFolder(), encoding: 'utf8' })
      expect(printed).toBe(`http://127.0.0.1:7425|${token}`)
    },
  )

  it('refuses port 0, which is known after the start only', async () => {
    await expect(printVariables(parseCommandLine(['env', '--port', '0']))).rejects.toThrow(
      '--port: a free port is known once a server has started; name one, or use exec.',
    )
  })
})

// In processes of its own: the output of the other command is theirs, and it listens to their signals.
describe('exec', () => {
  const exec = (...args: string[]) => startCommand(['exec', ...args], program).ended()
  const shell = (script: string, ...flags: string[]) => exec(...flags, '--', 'sh', '-c', script)

  it('runs a command beside a server on a free port, and passes on its exit code and its output', async () => {
    const script = `
      const { RICLOUD_URL, RICLOUD_TOKEN, RICLOUD_CONTROL_URL } = process.env
      const headers = { authorization: 'Token ' + RICLOUD_TOKEN }
      const statuses = await Promise.all([RICLOUD_URL + '/key', RICLOUD_CONTROL_URL + '/health'].map(
        async (url) => (await fetch(url, { headers })).status))
      console.log(statuses.join())
      process.exitCode = 5`
    const ended = exec('--token', "a'b", '--', process.execPath, '--input-type=module', '-e', script)
    expect(await ended).toEqual({ code: 5, out: '200,200\n', err: '' })
  })

  it('adds its host to the variables for hosts without a proxy, and keeps what is there', async () => {
    const script = 'echo "$NO_PROXY|$no_proxy"'
    const env = { HTTP_PROXY: 'http://proxy.example:3128', NO_PROXY: 'a.example', no_proxy: '' }
    const ended = startCommand(['exec', '--', 'sh', '-c', script], program, { env }).ended()
    expect(await ended).toEqual({ code: 0, out: 'a.example,127.0.0.1|a.example,127.0.0.1\n', err: '' })
  })

  it('prints what never fired on stderr, and keeps the exit code of the command', async () => {
    expect(await shell('exit 3', '--scenario', await unfiredScenario())).toEqual({
      code: 3,
      out: '',
      err: 'never fired: fault: GET /organisation: delay 1s\n',
    })
  })

  it('exits with 2 where the command succeeded, but something in a strict scenario never fired', async () => {
    const flags = ['--strict', '--scenario', await unfiredScenario()]
    const [succeeded, failed] = await Promise.all([shell('true', ...flags), shell('exit 3', ...flags)])
    expect(succeeded).toMatchObject({
      code: 2,
      err: expect.stringContaining('never fired: fault: GET /organisation'),
    })
    expect(failed).toMatchObject({ code: 3, err: expect.stringContaining('never fired: fault: GET /organisation') })
  })

  it('exits with 128 and the number of the signal that ended the command', async () => {
    expect((await shell('kill -KILL $$')).code).toBe(137)
  })

  it('passes SIGTERM, SIGINT and SIGHUP on to the command, and waits for it', async () => {
    const script = `trap 'echo TERM' TERM; trap 'echo INT' INT; trap 'echo HUP; exit 7' HUP; echo ready; while :; do sleep 0.05; done`
    const child = startCommand(['exec', '--', 'sh', '-c', script], program)
    await child.line('out')
    for (const name of ['TERM', 'INT', 'HUP'] as const) {
      child.process.kill(`SIG${name}`)
      await child.until('out', new RegExp(`^${name}$`, 'm'))
    }
    expect(await child.ended()).toMatchObject({ code: 7, out: 'ready\nTERM\nINT\nHUP\n' })
  })

  it.each([
    [127, 'there is no such command', 'no-such-command'],
    [126, 'it may not be run', '/etc/passwd'],
  ])('exits with %d where %s', async (code, why, name) => {
    expect(await exec('--', name)).toEqual({
      code,
      out: '',
      err: `ricloud-mock: Failed to run "${name}": ${why}.\n`,
    })
  })

  it('prints lines for requests with --verbose, and nothing with --quiet', async () => {
    const script = `curl -sS --noproxy '*' -o /dev/null "$RICLOUD_URL/nowhere"`
    const [verbose, quiet] = await Promise.all([
      shell(script, '--verbose'),
      shell(script, '--quiet', '--scenario', await unfiredScenario()),
    ])
    expect(verbose.err).toMatch(/listens on .*\n[\s\S]*GET {5}\/nowhere +404 .* not-found\n/)
    expect(quiet).toEqual({ code: 0, out: '', err: '' })
  })

  it.each([
    [['exec', 'npm', 'test'], 'ricloud-mock exec -- npm test'],
    [['exec', '--strict'], 'ricloud-mock exec -- npm test'],
    [['exec', 'pytest', '--', '-x'], 'ricloud-mock exec -- pytest'],
    [['exec', 'python3', '-c', 'print(1)'], "ricloud-mock exec -- python3 -c 'print(1)'"],
    [['exec', '--port', '0', 'npm', '--if-present', 'test'], 'ricloud-mock exec --port 0 -- npm --if-present test'],
  ])('takes the command after "--" only, unlike %j', async (args, right) => {
    const run = async () => execute(parseCommandLine(args))
    await expect(run()).rejects.toThrow(`exec takes a command after "--": ${right}`)
  })
})

describe('coverage', () => {
  const call = ['sh', '-c', `curl -sS --noproxy '*' -o /dev/null "$RICLOUD_URL/nowhere"`]

  it('exec --coverage prints what the command met of its server, and of mocks that wrote to the folder', async () => {
    const written = join(makeFolder(), 'written')
    const ricloud = setupRicloud({ coverage: written }).listen()
    await fetch('https://ricloud-api.reincubate.com/users')
    ricloud.close()
    const script = `${call[2]} && cp -R '${written}/.' "$RICLOUD_MOCK_COVERAGE_FOLDER"`
    const { code, err } = await startCommand(['exec', '--coverage', '--', 'sh', '-c', script], program).ended()
    expect([code, err]).toEqual([0, expect.stringMatching(/ {2}errors +2 of/)])
    expect(err).not.toContain('No call reached')
  })

  it('exec --coverage says how a mock within the command writes its coverage, if its server was not called', async () => {
    const { err } = await startCommand(['exec', '--coverage', '--', 'true'], program).ended()
    expect(err).toMatch(/^No call reached the server\. .* coverage: process\.env\.RICLOUD_MOCK_COVERAGE_FOLDER\.$/m)
  })

  it('adds up what exec --coverage-folder wrote, as a table or as JSON', async () => {
    const folder = join(makeFolder(), 'coverage')
    const exec = ['exec', '--coverage-folder', folder, '--', ...call]
    expect(await startCommand(exec, program).ended()).toEqual({ code: 0, out: '', err: '' })
    await startCommand(exec, program).ended()
    expect((await run('coverage', folder)).out).toMatch(/ {2}errors +1 of/)
    expect(JSON.parse((await run('coverage', folder, '--json')).out).groups.errors.met).toEqual({ 'not-found': 2 })
  })

  it('takes folders, and names one that has none', async () => {
    expect((await run('coverage')).err).toContain('coverage takes the folders that tests wrote to')
    expect((await run('coverage', makeFolder())).err).toContain('There is no coverage in')
  })
})

describe('wait', () => {
  /** Stops the stopwatch of the command, but no timer. */
  function stopStopwatch(): void {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
  }

  /** A server that is no mock. */
  async function other(listener: RequestListener) {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const close = () => {
      server.close()
      server.closeAllConnections()
    }
    return { url, close }
  }

  it('exits with 0 once a server is ready that was not yet', async () => {
    const { url, close } = await other(() => {})
    close()
    const { port } = new URL(url)
    const waiting = startCommand(['wait', `${url}/`, '--timeout', '45s'], program)
    const server = startCommand(['--port', port, '--quiet'], program)
    const { err, ...ended } = await waiting.ended()
    expect(ended).toEqual({ code: 0, out: '' })
    expect(err).toMatch(/^(?:Waiting up to 45s for \S+: the connection is refused\.\n)?\S+ is ready\.\n$/)
    server.process.kill('SIGTERM')
  })

  it.each<[string, RequestListener, RegExp]>([
    [
      'another server',
      (_, response) => response.writeHead(404).end('no'),
      /the server that answers \(404\) is not ricloud-mock/,
    ],
    ['a server that answers nothing', () => {}, /it does not answer/],
    [
      'a server that refuses',
      (_, response) => response.writeHead(403).end('{"error":"forbidden","message":"No such host."}'),
      /it answers 403: No such host\./,
    ],
    ['a server that hangs up', (_, response) => response.destroy(), /the connection is closed without an answer/],
  ])('names %s when the time is up', async (_, listener, seen) => {
    // The time is up once the server has had a call, however long that takes.
    stopStopwatch()
    const { url, close } = await other((request, response) => {
      listener(request, response)
      request.on('close', () => vi.advanceTimersByTime(30_000))
    })
    const { code, err } = await run('wait', url, '--timeout', '30s')
    close()
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(seen) })
    expect(err).toContain(`No server was ready at ${url} within 30s: `)
  })

  it('names a refused connection when the time is up', async () => {
    const { url, close } = await other(() => {})
    close()
    stopStopwatch()
    // By then it has begun to call.
    setTimeout(() => vi.advanceTimersByTime(30_000), 500)
    const { code, err } = await run('wait', url, '--timeout', '30s')
    expect({ code, err }).toEqual({
      code: 1,
      err: `Waiting up to 30s for ${url}: the connection is refused.\nricloud-mock: No server was ready at ${url} within 30s: the connection is refused.\n`,
    })
  })

  it.each([
    [['localhost'], /wait takes a URL such as .*"localhost"/],
    [[], /wait takes one URL/],
    [['http://127.0.0.1:7425', '--timeout', '30'], /--timeout: "30" is not a duration/],
  ])('refuses %j', async (args, message) => {
    await expect(waitForServer(parseCommandLine(['wait', ...args]))).rejects.toThrow(message)
  })
})

describe('init', () => {
  const init = (target: string) => run('init', target)
  const script = () => readFile(join('node_modules/msw/lib/mockServiceWorker.js'), 'utf8')
  const version = async () => /'(\d+\.\d+\.\d+)'/.exec(await script())?.[1]

  it('copies the worker script of the installed msw, and makes the folder', async () => {
    const target = join(makeFolder(), 'deep/public')
    const path = join(target, 'mockServiceWorker.js')
    const done = `Copied the worker script of msw ${await version()} to ${path}. The folder ${join(target, '..')} is new.`
    const copied = { code: 0, out: `${done}\n`, err: '' }
    expect(await init(target)).toEqual(copied)
    expect(await readFile(path, 'utf8')).toBe(await script())
    expect((await init(target)).out).toBe(`${path} is up to date: msw ${await version()}.\n`)
  })

  it('replaces an older worker script, and prints its version', async () => {
    const target = makeFolder()
    const path = join(target, 'mockServiceWorker.js')
    await writeFile(path, "const PACKAGE_VERSION = '2.1.0'")
    expect((await init(target)).out).toBe(
      `Copied the worker script of msw ${await version()} to ${path}, replacing that of msw 2.1.0.\n`,
    )
    expect(await readFile(path, 'utf8')).toBe(await script())
  })

  it('refuses to replace a file that is not of msw', async () => {
    const target = makeFolder()
    await writeFile(join(target, 'mockServiceWorker.js'), 'mine()')
    expect(await init(target)).toMatchObject({ code: 1, out: '', err: expect.stringContaining("is not msw's") })
    expect(await readFile(join(target, 'mockServiceWorker.js'), 'utf8')).toBe('mine()')
  })

  it('prints how to install msw where it is missing', async () => {
    const { code, err } = await startCommand(['init', 'public'], program, { cwd: makeFolder() }).ended()
    expect({ code, err }).toEqual({
      code: 1,
      err: 'ricloud-mock: msw is not installed here: npm install --save-dev msw\n',
    })
  })

  it('prints why a folder cannot be written that is a file', async () => {
    const cwd = makeFolder()
    await writeFile(join(cwd, 'public'), '')
    await mkdir(join(cwd, 'node_modules/msw'), { recursive: true })
    await writeFile(join(cwd, 'node_modules/msw/mockServiceWorker.js'), "const PACKAGE_VERSION = '9.9.9'")
    expect(await startCommand(['init', 'public'], program, { cwd }).ended()).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /Failed to read public\/mockServiceWorker\.js: a part of its path is no folder \(ENOTDIR\)/,
      ),
    })
  })
})
