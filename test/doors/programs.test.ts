import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { type ServeOptions, serve } from '../../src/standalone.ts'
import { program } from './bundled.ts'

const run = promisify(execFile)
const recipe = (name: string) => readFileSync(new URL(`../recipes/${name}`, import.meta.url), 'utf8')

/** A server, and an empty folder in which a program runs. */
async function setup(options: ServeOptions = {}) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'ricloud-mock-recipe-'))
  const server = await serve({
    port: 0,
    localStorage: join(folder, 'photos'),
    settings: { webhook_answers: [200] },
    ...options,
  })
  onTestFinished(async () => {
    await server.close({ now: true })
    rmSync(folder, { recursive: true })
  })
  return { folder, server }
}

test('photo.sh downloads a photo in five calls', async () => {
  const { folder, server } = await setup()
  const script = recipe('photo.sh').replace('http://127.0.0.1:7425', server.url)
  await run('sh', ['-ec', script], { cwd: folder })
  const files = readdirSync(join(folder, 'photos'), { recursive: true, encoding: 'utf8' })
  const [photo = ''] = files.filter((name) => name.endsWith('.png'))
  expect(
    readFileSync(join(folder, 'photos', photo))
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  expect([server.mock.requests.count, script.match(/^curl /gm)?.length]).toEqual([5, 5])
})

test('test_polls.py polls, downloads and acknowledges', async () => {
  const { folder, server } = await setup()
  writeFileSync(join(folder, 'test_polls.py'), recipe('test_polls.py'))
  const env = { ...process.env, RICLOUD_URL: server.url, RICLOUD_TOKEN: server.token, NO_PROXY: '*' }
  const { stderr } = await run('python3', ['-m', 'unittest'], { cwd: folder, env })
  expect(stderr).toContain('Ran 1 test')
  expect(server.mock.db.result.findMany({}).map(({ state }) => state)).toEqual(['consumed'])
})

test('pytest: each test has a world of its own, which ends with it', async () => {
  const { folder, server } = await setup()
  cpSync(new URL('../recipes/pytest', import.meta.url), folder, { recursive: true })
  const env = { ...process.env, RICLOUD_URL: server.url, NO_PROXY: '*', PYTHONDONTWRITEBYTECODE: '1' }
  const { stdout } = await run('python3', ['-m', 'pytest', '--strict-markers', '-p', 'no:cacheprovider'], {
    cwd: folder,
    env,
  })
  expect(stdout).toContain('2 passed')
  expect(server.mock.worlds.list()).toEqual([])
})

test('exec: calls of curl do not go to a proxy', async () => {
  const received: (string | undefined)[] = []
  const proxy = createServer(({ url }, response) => {
    received.push(url)
    response.writeHead(502).end()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const env = { ...process.env, http_proxy: url, HTTP_PROXY: url, NO_PROXY: 'elsewhere.example', no_proxy: '' }
  const script = 'curl -sS "$RICLOUD_URL/users/1" -H "Authorization: Token $RICLOUD_TOKEN"'
  const { stdout } = await run(process.execPath, [...program, 'exec', '--', 'sh', '-c', script], { env })
  expect([JSON.parse(stdout).id, received]).toEqual([1, []])
})

test('A scenario in TypeScript is read by tsx on every Node', async () => {
  const { folder } = await setup()
  const path = join(folder, 'one-day.ts')
  writeFileSync(path, "const scenario: string = 'one-day'\nexport default { scenario }\n")
  const env = { ...process.env, NODE_OPTIONS: '--import tsx' }
  const { stdout } = await run(process.execPath, [...program, 'validate', path], { env })
  expect(stdout).toContain('the scenario "one-day" can be loaded')
})
