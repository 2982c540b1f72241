import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import * as module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { privateFolder } from '../../src/cli/compile-cache.ts'
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

  it.skipIf(!('enableCompileCache' in module))('is the only one that the command makes', () => {
    const shared = sharedFolder()
    const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, ...environment } = process.env
    execFileSync(process.execPath, [...program, '--version'], { env: { ...environment, TMPDIR: shared } })
    expect(readdirSync(shared)).toEqual([`ricloud-mock-compile-cache-${user}`])
  })
})

it('Where users have no IDs, there is no folder of the compile cache', () => {
  expect(privateFolder(sharedFolder(), undefined)).toBeUndefined()
})
