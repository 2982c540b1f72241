import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { type ServeOptions, serve } from '../../src/standalone.ts'

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
