import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { Module } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
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
  /** Writes a script and loads it, in a temporary folder of its own; without a text, as it was written before. */
  function load(text?: string, shared = sharedFolder()) {
    const file = join(shared, 'script.cjs')
    if (text !== undefined) writeFileSync(file, text)
    vi.stubEnv('TMPDIR', shared)
    vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', undefined)
    onTestFinished(() => void vi.unstubAllEnvs())
    const { exports, keep } = loadScript(file)
    return { value: () => (exports as { value(): number }).value(), exports, keep, shared }
  }
  /** Writes another text of the same length into the same file, at another time as the system tells times. */
  function replaceText(shared: string, text: string): void {
    const file = join(shared, 'script.cjs')
    const before = statSync(file).ctimeMs
    while (statSync(file).ctimeMs === before) writeFileSync(file, text)
  }
  const keptIn = (shared: string) => readdirSync(ownIn(shared)).map((name) => join(ownIn(shared), name))
  const one = 'exports.value = () => 1'
  const two = one.replace('1', '2')
  /** When scripts that are written now have been there for some time. */
  const later = (Date.now() + 600_000) * 1000

  it('has the code of a script once it is kept, for this user alone', () => {
    const loaded = load(one)
    const before = keptIn(loaded.shared)
    loaded.keep(later)
    expect([before, keptIn(loaded.shared).map((path) => lstatSync(path).mode & 0o777)]).toEqual([[], [0o600]])
  })

  it('has no code of a script that was written a moment ago, which the system may still give the same time again', () => {
    const loaded = load(one)
    loaded.keep(Date.now() * 1000)
    const before = keptIn(loaded.shared)
    loaded.keep(later)
    expect([before, keptIn(loaded.shared)]).toEqual([[], [expect.anything()]])
  })

  it('has no code of a text that its script has no longer', () => {
    const loaded = load(one)
    replaceText(loaded.shared, two)
    loaded.keep(later)
    expect(keptIn(loaded.shared)).toEqual([])
  })

  it('is not written again where it has the code', () => {
    const { shared, ...loaded } = load(one)
    loaded.keep(later)
    const written = () => keptIn(shared).map((path) => lstatSync(path).ino)
    const first = written()
    const again = load(undefined, shared)
    again.keep(later)
    expect([again.value(), written()]).toEqual([1, first])
  })

  it('is not used for another text of the same length in the same file', () => {
    const { shared, ...loaded } = load(one)
    loaded.keep(later)
    replaceText(shared, two)
    const other = load(undefined, shared)
    other.keep(later)
    expect([other.value(), keptIn(shared)]).toEqual([2, [expect.anything(), expect.anything()]])
  })

  it.each<[string, number, (text: string) => string | Buffer]>([
    ['that is empty', 3, () => ''],
    ['that is cut', 4, (text) => new Script(Module.wrap(text)).createCachedData().subarray(0, 100)],
    ['that is not of V8', 5, () => 'no code'],
  ])('is not used and replaced where it has code %s', (_, value, damaged) => {
    const { shared, ...loaded } = load(one)
    loaded.keep(later)
    const [ofOne = ''] = keptIn(shared)
    const before = statSync(join(shared, 'script.cjs')).ctimeMs
    // Node compiles a text that it has compiled before without what is kept.
    const text = one.replace('1', String(value))
    replaceText(shared, text)
    const kept = ofOne.replace(String(before), String(statSync(join(shared, 'script.cjs')).ctimeMs))
    writeFileSync(kept, damaged(text))
    const again = load(undefined, shared)
    again.keep(later)
    expect([again.value(), statSync(kept).size]).toEqual([value, statSync(ofOne).size])
  })

  it('has at most 16 files, the newest', () => {
    const { shared, ...loaded } = load(one)
    const old = Array.from({ length: 20 }, (_, i) => join(ownIn(shared), `of-version-${i}`))
    for (const [i, path] of old.entries()) {
      writeFileSync(path, '')
      utimesSync(path, i, i)
    }
    loaded.keep(later)
    const kept = keptIn(shared)
    expect([kept.length, old.filter((path) => !kept.includes(path))]).toEqual([16, old.slice(0, 5)])
  })

  it('has no part of a file that could not be written', () => {
    const { shared, ...loaded } = load(one)
    loaded.keep(later)
    const [kept = ''] = keptIn(shared)
    rmSync(kept)
    mkdirSync(kept)
    load(undefined, shared).keep(later)
    expect(keptIn(shared)).toEqual([kept])
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
    loadScript(join(shared, 'script.cjs')).keep(later)
    expect(readdirSync(shared)).toEqual(['script.cjs'])
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('is filled by a server that gets %s', async (signal) => {
    const shared = sharedFolder()
    const [bin = ''] = program
    const script = join(dirname(bin), 'chunks', 'cli-run.cjs')
    await vi.waitFor(() => expect(Date.now() - statSync(script).ctimeMs).toBeGreaterThan(2500), 60_000)
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
