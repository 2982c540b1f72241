import { parameterError, UsageError } from '../engine/errors.ts'
import { isLocal, type LocalFolder, type LocalObject, localScheme } from '../engine/local-folder.ts'
import { shown } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { codeOf } from '../engine/thrown.ts'

/** Modules of Node without an import, which a bundler for browsers would refuse; undefined where there is no Node. */
function nodeModules() {
  const load = globalThis.process?.getBuiltinModule
  return load && { fs: load('node:fs'), path: load('node:path') }
}

type Node = NonNullable<ReturnType<typeof nodeModules>>

/** Opens the folder of the option `localStorage`, which is created with the first file. Throws an Error for anything else. */
export function openFolder(folder: string): LocalFolder {
  const refuse = (problem: string) => parameterError('create the mock', 'localStorage', problem)
  const node = nodeModules()
  if (!node) throw refuse('needs a disk, which only Node has')
  if (folder.includes('\0')) throw refuse(`must be the path of a folder, got ${shown(folder)}`)
  const { fs, path } = node
  const root = path.resolve(folder)
  // Below it, files would be created in any folder of the disk.
  if (path.dirname(root) === root) throw refuse(`cannot be the root of a disk, ${shown(root)}`)
  try {
    if (!fs.statSync(root).isDirectory()) throw refuse(`must be a folder, and ${shown(root)} is none`)
  } catch (error) {
    if (error instanceof UsageError) throw error
    if (codeOf(error) !== 'ENOENT') throw refuse(`cannot be ${shown(root)}: ${systemReason(error)}`)
  }
  return new DiskFolder(node, root)
}

/** How the temporary names of files begin: those that are there were left by a process that was killed. */
const unfinished = '.ricloud-mock-'

class DiskFolder implements LocalFolder {
  readonly url: string
  readonly #node: Node
  readonly #root: string

  /** @param root absolute */
  constructor(node: Node, root: string) {
    this.#node = node
    this.#root = root
    const slashes = root.replaceAll(node.path.sep, '/')
    this.url = localScheme + (slashes.startsWith('/') ? slashes : `/${slashes}`)
  }

  problemOf(url: string): string | undefined {
    if (!isLocal(url)) return `must begin with "${localScheme}/", got ${shown(url)}`
    // The official client parses URLs, so that these would end or change the path (observed).
    if (/[?#\\\p{Cc}\p{Cs}]/u.test(url)) {
      return `must have no "?", "#", "\\" and no control characters, got ${shown(url)}`
    }
    if (/\/\.\.?(?:\/|$)/.test(url)) return `must have no "." and ".." between its slashes, got ${shown(url)}`
    const path = this.#pathOf(url)
    if (path === undefined) return `must be ${this.url} or lie below it, got ${shown(url)}`
    try {
      const real = this.#realPathOf(path)
      if (real === undefined || this.#isWithin(real)) return undefined
      return `must lie below ${this.url}, and a link leads out of it: ${shown(url)}`
    } catch (error) {
      return `cannot be ${shown(url)}: ${systemReason(error, 'folder')}`
    }
  }

  write(objects: readonly LocalObject[]): void {
    const { fs, path } = this.#node
    const files = objects.map(({ url, bytes }) => {
      const target = this.#checked(url)
      return { bytes, target, draft: path.join(path.dirname(target), unfinished + path.basename(target)) }
    })
    const written: string[] = []
    try {
      for (const { bytes, target, draft } of files) {
        this.#make(path.dirname(target))
        fs.rmSync(draft, { force: true })
        written.push(draft)
        // The flag follows no link.
        fs.writeFileSync(draft, bytes, { flag: 'wx' })
      }
      for (const { target, draft } of files) {
        fs.renameSync(draft, target)
        written.push(target)
      }
    } catch (error) {
      for (const file of written) fs.rmSync(file, { force: true })
      throw new Error(systemReason(error, 'folder'))
    }
  }

  /** Makes a folder and those above it. Node does so for ever where a file system, such as /proc, says that none is there. */
  #make(folder: string): void {
    const { fs, path } = this.#node
    const missing: string[] = []
    for (let at = folder; !fs.existsSync(at); at = path.dirname(at)) missing.push(at)
    for (const at of missing.reverse()) {
      try {
        fs.mkdirSync(at)
      } catch (error) {
        // Another process may have made it.
        if (codeOf(error) !== 'EEXIST') throw error
      }
    }
  }

  read(url: string): Uint8Array | undefined {
    const path = this.#allowed(url)
    try {
      return path === undefined ? undefined : new Uint8Array(this.#node.fs.readFileSync(path))
    } catch {
      return undefined
    }
  }

  delete(url: string): void {
    const path = this.#allowed(url)
    if (path !== undefined) this.#node.fs.rmSync(path, { force: true })
  }

  /** The path of a URL, if an object may lie there. */
  #allowed(url: string): string | undefined {
    return this.problemOf(url) === undefined ? this.#pathOf(url) : undefined
  }

  #checked(url: string): string {
    const problem = this.problemOf(url)
    if (problem !== undefined) throw new Error(`its URL ${problem}`)
    return this.#pathOf(url) as string
  }

  /** The path of a URL, if it is this folder or lies below it by its names. */
  #pathOf(url: string): string | undefined {
    const text = url.slice(localScheme.length)
    const { sep, resolve } = this.#node.path
    if (!text.startsWith('/')) return undefined
    const path = resolve(sep === '/' ? text : text.slice(1))
    return this.#isWithin(path, this.#root) ? path : undefined
  }

  #isWithin(path: string, root = this.#realPathOf(this.#root) ?? this.#root): boolean {
    return path === root || path.startsWith(`${root}${this.#node.path.sep}`)
  }

  /** Where a path leads by its links: that of its nearest folder that exists; undefined if it is above the root. */
  #realPathOf(path: string): string | undefined {
    const { fs, path: paths } = this.#node
    for (let at = path; at.length >= this.#root.length; at = paths.dirname(at)) {
      try {
        return fs.realpathSync.native(at)
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error
        if (fs.lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) throw new Error('a link leads nowhere')
      }
    }
    return undefined
  }
}
