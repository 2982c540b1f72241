import { type FSWatcher, watch } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Clock } from '../engine/time/clock.ts'

/** How long files must stay unchanged before a change is reported, in microseconds: editors write in several steps. */
const debounce = 50_000

/**
 * Watches files, also such as do not exist yet, and calls back with those that changed. It watches their folders: many
 * editors write a new file and rename it.
 */
export class FileWatch {
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #changed = new Set<string>()
  readonly #clock = new Clock()
  #files: ReadonlySet<string> = new Set()
  #cancel = () => {}

  /** @param callback gets absolute paths */
  constructor(readonly callback: (changed: ReadonlySet<string>) => void) {}

  /** From now on watches these files, by absolute paths, and no others. */
  watch(files: Iterable<string>): void {
    this.#files = new Set(files)
    const folders = new Set(Array.from(this.#files, dirname))
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watchFolder(folder)
  }

  close(): void {
    this.watch([])
    this.#cancel()
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => this.#note(folder, name))
      watcher.on('error', () => watcher.close())
      this.#watchers.set(folder, watcher)
    } catch {
      // A folder that does not exist has no file that could change.
    }
  }

  /** @param name null where the system does not report it */
  #note(folder: string, name: string | null): void {
    const noted = name === null ? [...this.#files].filter((file) => dirname(file) === folder) : [resolve(folder, name)]
    const ours = noted.filter((file) => this.#files.has(file))
    if (ours.length === 0) return
    for (const file of ours) this.#changed.add(file)
    this.#cancel()
    this.#cancel = this.#clock.wake(debounce, () => {
      const changed = new Set(this.#changed)
      this.#changed.clear()
      this.callback(changed)
    })
  }
}
