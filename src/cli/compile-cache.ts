import { lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire, Module } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'

export interface LoadedScript {
  readonly exports: unknown
  /** Keeps the code that is compiled by now for the next process, unless an earlier one did. */
  keep(): void
}

/**
 * Runs a CommonJS script of ASCII characters, which may not call `import()`, though what it requires may. Its code is not
 * compiled again if an earlier process kept it, where no other user can write. Nothing is kept where
 * NODE_DISABLE_COMPILE_CACHE is set.
 */
export function loadScript(file: string): LoadedScript {
  const source = readFileSync(file)
  const folder = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : privateFolder(tmpdir(), process.getuid?.())
  const name = `${basename(file)}-${source.length}-${process.version}-${process.arch}`
  const kept = folder === undefined ? undefined : join(folder, name)
  const cachedData = kept === undefined ? undefined : readKept(kept, source)
  const script = new Script(Module.wrap(source.toString('latin1')), { filename: file, cachedData })
  const module = new Module(file)
  const require = createRequire(file)
  // The chunks of the script require it too.
  require.cache[file] = module
  module.filename = file
  script.runInThisContext()(module.exports, require, module, file, dirname(file))
  module.loaded = true
  let missing = cachedData && !script.cachedDataRejected ? undefined : kept
  return {
    exports: module.exports,
    keep() {
      if (missing !== undefined) writeKept(missing, [source, script.createCachedData()])
      missing = undefined
    },
  }
}

/** The compiled code of a script, if it was kept for exactly this text. V8 rejects that of other versions and flags. */
function readKept(path: string, source: Buffer): Buffer | undefined {
  try {
    const kept = readFileSync(path)
    return source.equals(kept.subarray(0, source.length)) ? kept.subarray(source.length) : undefined
  } catch {
    return undefined
  }
}

/** Writes the text of a script and its compiled code, so that others see all of it or nothing. */
function writeKept(path: string, parts: readonly Buffer[]): void {
  try {
    const unfinished = `${path}.${process.pid}`
    writeFileSync(unfinished, Buffer.concat(parts), { mode: 0o600 })
    renameSync(unfinished, path)
  } catch {}
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
