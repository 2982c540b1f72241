import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire, Module } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'

export interface LoadedScript {
  readonly exports: unknown
  /**
   * Keeps the code that is compiled by now for the next process, unless an earlier one did.
   *
   * @param now the present, in microseconds since 1970
   */
  keep(now: number): void
}

/**
 * Runs a CommonJS script of ASCII characters, which may not call `import()`, though what it requires may. Its code is not
 * compiled again if an earlier process kept it, where no other user can write. Nothing is kept where
 * NODE_DISABLE_COMPILE_CACHE is set.
 */
export function loadScript(file: string): LoadedScript {
  const source = readFileSync(file)
  const folder = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : privateFolder(tmpdir(), process.getuid?.())
  // After the text was read, so that a file that is written meanwhile has no kept code.
  const kept = folder === undefined ? undefined : join(folder, keptName(file))
  const cachedData = kept === undefined ? undefined : readKept(kept)
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
    keep(now) {
      if (missing === undefined || !isSettled(file, source, missing, now)) return
      writeKept(missing, script.createCachedData())
      missing = undefined
    },
  }
}

/**
 * The name of the code that is kept for a file as it is now. V8 rejects the code of other versions and flags, but compares
 * of a text only its length. Every write gives a file another time of change, which no program can set.
 */
function keptName(file: string): string {
  const { dev, ino, size, ctimeMs } = statSync(file)
  return [basename(file), dev, ino, size, ctimeMs, process.version, process.arch].join('-')
}

/** Microseconds after which no file system gives a second change of a file the time of the first. */
const longestTick = 2e6

/** Whether a file still has that text and that name of its code, and will have another name once it has another text. */
function isSettled(file: string, text: Buffer, kept: string, now: number): boolean {
  try {
    const isOld = now - statSync(file).ctimeMs * 1000 > longestTick
    return isOld && text.equals(readFileSync(file)) && basename(kept) === keptName(file)
  } catch {
    return false
  }
}

function readKept(path: string): Buffer | undefined {
  try {
    return existsSync(path) ? readFileSync(path) : undefined
  } catch {
    return undefined
  }
}

/** Writes compiled code, so that others see all of it or nothing. */
function writeKept(path: string, code: Buffer): void {
  const unfinished = `${path}.${process.pid}`
  quietly(() => {
    writeFileSync(unfinished, code, { mode: 0o600 })
    renameSync(unfinished, path)
    removeOldest(dirname(path))
  })
  // On a full disk a part of it is there.
  quietly(() => rmSync(unfinished, { force: true }))
}

/** How many files the folder keeps: one for each installed copy and version of Node. */
const mostKept = 16

function removeOldest(folder: string): void {
  const all = readdirSync(folder).map((name) => {
    const path = join(folder, name)
    return { path, age: -statSync(path).mtimeMs }
  })
  for (const { path } of all.sort((a, b) => a.age - b.age).slice(mostKept)) rmSync(path, { recursive: true })
}

function quietly(work: () => void): void {
  try {
    work()
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
    const stats = lstatSync(folder, { throwIfNoEntry: false }) ?? makeFolder(folder)
    return stats.isDirectory() && stats.uid === user && (stats.mode & 0o077) === 0 ? folder : undefined
  } catch {
    return undefined
  }
}

/** Makes a folder for its owner alone, unless another process does. */
function makeFolder(folder: string): Stats {
  quietly(() => mkdirSync(folder, { mode: 0o700 }))
  return lstatSync(folder)
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
