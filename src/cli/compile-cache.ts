import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import * as module from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What Node 22.8 and newer offers. */
interface CompileCache {
  readonly enableCompileCache?: (folder: string) => void
  readonly getCompileCacheDir?: () => string | undefined
}

/**
 * Lets Node cache the compiled code of what is imported afterwards, where no other user can write. Does nothing where Node
 * caches already or is told not to, by NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE.
 */
export function cacheCompiledCode(): void {
  const { enableCompileCache, getCompileCacheDir } = module as CompileCache
  if (!enableCompileCache || getCompileCacheDir?.() || process.env.NODE_DISABLE_COMPILE_CACHE) return
  const folder = privateFolder(tmpdir(), process.getuid?.())
  if (folder !== undefined) enableCompileCache(folder)
}

/**
 * A folder of a user's own below a shared one, made where there is none; undefined where anybody else could write to it
 * or replace it, since what is cached runs as code. On Windows always: whose a folder is cannot be told there.
 */
export function privateFolder(shared: string, user: number | undefined): string | undefined {
  if (user === undefined) return undefined
  try {
    const parent = realpathSync(shared)
    if (!ancestors(parent).every((folder) => isSafeParent(folder, user))) return undefined
    const folder = join(parent, `ricloud-mock-compile-cache-${user}`)
    makeFolder(folder)
    const stats = lstatSync(folder)
    return stats.isDirectory() && stats.uid === user && (stats.mode & 0o077) === 0 ? folder : undefined
  } catch {
    return undefined
  }
}

/** Makes a folder for its owner alone; whatever is there already stays, and is checked by the caller. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch {}
}

/** A folder and all folders that it lies in. */
const ancestors = (folder: string): readonly string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...ancestors(dirname(folder))]

/** Whether nobody but a user and the administrator can replace what that user makes in a folder. */
function isSafeParent(folder: string, user: number): boolean {
  const { uid, mode } = lstatSync(folder)
  const isSticky = (mode & 0o1000) !== 0
  return (uid === user || uid === 0) && (isSticky || (mode & 0o022) === 0)
}
