import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { loadScript, privateFolder } from '../../src/cli/compile-cache.ts'
import { program } from '../doors/bundled.ts'

const user = process.getuid?.() ?? -1

/** A folder in which anybody may make others, as in the temporary one of the system. */
function sharedFolder(mode = 0o1777): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ricloud-mock-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  chmodSync(folder, mode)
  return folder
}

const ownIn = (shared: string) => join(shared, `ricloud-mock-compile-cache-${user}`)

describe.skipIf(user < 0)('The folder of the compile cache', () => {
  it('is made for this user alone', () => {
    const shared = sharedFolder()
    const folder = privateFolder(shared, user)
    const { uid, mode } = lstatSync(ownIn(shared))
    expect([folder, uid, mode & 0o777]).toEqual([ownIn(shared), user, 0o700])
  })

  it('is used again', () => {
    const shared = sharedFolder()
    expect([privateFolder(shared, user), privateFolder(shared, user)]).toEqual([ownIn(shared), ownIn(shared)])
  })

  it('is used only if nobody else may read or write it, whatever its mode is', () => {
    const shared = sharedFolder()
    mkdirSync(ownIn(shared))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0o777 }), (mode) => {
        chmodSync(ownIn(shared), mode)
        return (privateFolder(shared, user) !== undefined) === ((mode & 0o077) === 0)
      }),
    )
    chmodSync(ownIn(shared), 0o700)
  })

  it('is used only if nobody else may replace it, whatever the mode of the shared folder is', () => {
    const shared = sharedFolder()
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0o77 }), fc.boolean(), (others, isSticky) => {
        chmodSync(shared, 0o700 | others | (isSticky ? 0o1000 : 0))
        return (privateFolder(shared, user) !== undefined) === (isSticky || (others & 0o022) === 0)
      }),
    )
  })

  it('is not used where a folder further up may be replaced', () => {
    const upper = sharedFolder(0o777)
    const shared = join(upper, 'tmp')
    mkdirSync(shared, { mode: 0o700 })
    expect(privateFolder(shared, user)).toBeUndefined()
  })

  it.each<[string, (path: string, shared: string) => void]>([
    [
      'a link to a folder of this user',
      (path, shared) => {
        mkdirSync(join(shared, 'other'), { mode: 0o700 })
        symlinkSync(join(shared, 'other'), path)
      },
    ],
    ['a link to nothing', (path, shared) => symlinkSync(join(shared, 'nothing'), path)],
    ['a file', (path) => writeFileSync(path, '', { mode: 0o600 })],
  ])('is not used where its place is taken by %s', (_, take) => {
    const shared = sharedFolder()
    take(ownIn(shared), shared)
    expect(privateFolder(shared, user)).toBeUndefined()
  })

  it('is not used where another user made it', () => {
    const shared = sharedFolder()
    mkdirSync(join(shared, `ricloud-mock-compile-cache-${user + 1}`), { mode: 0o700 })
    expect(privateFolder(shared, user + 1)).toBeUndefined()
  })

  it('is none where the shared folder does not exist', () => {
    expect(privateFolder(join(sharedFolder(), 'nothing'), user)).toBeUndefined()
  })
})

it('Where users have no IDs, there is no folder of the compile cache', () => {
  expect(privateFolder(sharedFolder(), undefined)).toBeUndefined()
})

describe.skipIf(user < 0)('The compile cache', () => {
  /** Loads a script of that text, in a temporary folder of its own. */
  function load(text: string, shared = sharedFolder()) {
    const file = join(shared, 'script.cjs')
    writeFileSync(file, text)
    vi.stubEnv('TMPDIR', shared)
    vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', undefined)
    onTestFinished(() => void vi.unstubAllEnvs())
    return { ...loadScript(file), shared }
  }
  const keptIn = (shared: string) => readdirSync(ownIn(shared)).map((name) => join(ownIn(shared), name))
  const one = 'exports.value = () => 1'

  it('has the code of a script once it is kept, for this user alone', () => {
    const { shared, keep } = load(one)
    const before = keptIn(shared)
    keep()
    expect([before, keptIn(shared).map((path) => lstatSync(path).mode & 0o777)]).toEqual([[], [0o600]])
  })

  it('is not written again where it has the code', () => {
    const { shared, keep } = load(one)
    keep()
    const written = () => keptIn(shared).map((path) => lstatSync(path).ino)
    const first = written()
    const again = load(one, shared)
    again.keep()
    expect([again.exports, written()]).toEqual([{ value: expect.any(Function) }, first])
  })

  it.each<[string, (path: string) => void]>([
    ['of a text of the same length', () => {}],
    ['that is empty', (path) => writeFileSync(path, '')],
    ['that is cut', (path) => truncateSync(path, one.length + 100)],
    ['that is not of V8', (path) => writeFileSync(path, `${one.replace('1', '2')}no code`)],
  ])('is not used and replaced where it has code %s', (_, damage) => {
    const { shared, keep } = load(one)
    keep()
    for (const path of keptIn(shared)) damage(path)
    const other = load(one.replace('1', '2'), shared)
    other.keep()
    const [kept = ''] = keptIn(shared)
    const value = (other.exports as { value(): number }).value()
    expect([value, readFileSync(kept, 'latin1').startsWith(one.replace('1', '2'))]).toEqual([2, true])
  })

  it('gives the same script to what that requires, which can import modules', async () => {
    const shared = sharedFolder()
    writeFileSync(
      join(shared, 'required.cjs'),
      "exports.own = () => require('./script.cjs'); exports.load = () => import('./imported.mjs')",
    )
    writeFileSync(join(shared, 'imported.mjs'), 'export const value = 2')
    const { exports } = load("module.exports = require('./required.cjs')", shared)
    const required = exports as { own(): object; load(): Promise<object> }
    expect([required.own() === exports, { ...(await required.load()) }]).toEqual([true, { value: 2 }])
  })

  it('is not made where NODE_DISABLE_COMPILE_CACHE is set', () => {
    const { shared } = load(one)
    rmSync(ownIn(shared), { recursive: true })
    vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', '1')
    loadScript(join(shared, 'script.cjs')).keep()
    expect(readdirSync(shared)).toEqual(['script.cjs'])
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('is filled by a server that gets %s', async (signal) => {
    const shared = sharedFolder()
    const { NODE_DISABLE_COMPILE_CACHE: _, ...environment } = process.env
    const server = spawn(process.execPath, [...program, '--port', '0', '--json'], {
      env: { ...environment, TMPDIR: shared },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(server.stdout, 'data')
    // The second follows what the server kept while it ran.
    if (signal === 'SIGKILL') await vi.waitFor(() => expect(keptIn(shared)).toHaveLength(1), 60_000)
    server.kill(signal)
    await once(server, 'exit')
    expect(keptIn(shared)).toHaveLength(1)
  })
})
