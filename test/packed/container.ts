// Does in an empty folder what the recipe's Dockerfile does in a container: `container.ts <tarball>`.
import assert from 'node:assert/strict'
import { type ChildProcess, execSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const tarball = process.argv[2] ?? ''
const dockerfile = readFileSync(new URL('../recipes/Dockerfile', import.meta.url), 'utf8')
const steps = Array.from(dockerfile.matchAll(/^([A-Z]+) (.*)$/gm), ([, instruction = '', rest = '']) => {
  return { instruction, rest }
})
const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-container-'))
// What stands above this folder is not in an image, and npm would take it for the project.
writeFileSync(join(folder, 'package.json'), '{}')
let child: ChildProcess | undefined
process.on('exit', () => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const free = createServer().listen(0, '127.0.0.1')
await once(free, 'listening')
const port = String((free.address() as AddressInfo).port)
await new Promise((closed) => free.close(closed))
const inFolder = { cwd: folder, stdio: 'inherit' } as const
let health = ''
let entry: string[] = []

/** What each instruction comes to without a container. */
const instructions: Readonly<Record<string, (rest: string) => void>> = {
  FROM: (image) => assert.match(image, /^node:\d+/),
  WORKDIR: () => {},
  EXPOSE: (exposed) => assert.equal(exposed, '7425'),
  USER: (user) => assert.equal(user, 'node'),
  COPY: (files) => {
    assert.equal(files, 'ricloud-mock-*.tgz ./')
    copyFileSync(tarball, join(folder, basename(tarball)))
  },
  RUN: (command) => void execSync(command, inFolder),
  HEALTHCHECK: (check) => {
    health = check.replace(/^CMD /, '').replace('7425', port)
  },
  ENTRYPOINT: (words) => {
    entry = JSON.parse(words)
  },
}
for (const { instruction, rest } of steps) {
  const act = instructions[instruction]
  assert.ok(act, `Nothing is known of ${instruction}`)
  act(rest)
}

const [program = '', ...words] = entry
const { stdout } = (child = spawn(program, [...words, '--json'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, RICLOUD_MOCK_PORT: port },
}))
const killer = setTimeout(() => child?.kill('SIGKILL'), 120_000)
execSync(health, inFolder)
const [line] = await once(stdout, 'data')
const headers = { authorization: `Token ${JSON.parse(String(line)).token}` }
assert.equal((await fetch(`http://127.0.0.1:${port}/users`, { headers })).status, 200)
assert.equal((await fetch(`http://127.0.0.1:${port}/_mock/clock`)).status, 401)
child.kill('SIGTERM')
const [code] = await once(child, 'close')
clearTimeout(killer)
assert.equal(code, 0)
