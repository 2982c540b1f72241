import { type StatsListener, unwatchFile, watchFile } from 'node:fs'
import { Clock } from '../engine/time/clock.ts'

/** How often the system is asked for changes, in milliseconds. */
const interval = 100

/** How long files must stay unchanged before a change is reported, in microseconds: editors write in several steps. */
const debounce = 150_000

/**
 * Watches files, also such as do not exist yet, and calls back with those that changed.
 *
 * It asks what each path leads to, which costs little for a few files. Events of folders miss what changes behind a link
 * (mounted config maps are links to a folder that is replaced as a whole), and a folder that is removed and made again.
 */
export class FileWatch {
  readonly #listeners = new Map<string, StatsListener>()
  readonly #changed = new Set<string>()
  readonly #clock = new Clock()
  #cancel = () => {}

  /** @param callback gets absolute paths */
  constructor(readonly callback: (changed: ReadonlySet<string>) => void) {}

  /** Watches a file too, by its absolute path; what changes from now on is reported. */
  add(file: string): void {
    if (this.#listeners.has(file)) return
    const listener: StatsListener = (now, before) => {
      // A file that does not exist is reported once at the beginning.
      if (now.nlink > 0 || before.nlink > 0) this.#note(file)
    }
    this.#listeners.set(file, listener)
    watchFile(file, { interval, persistent: false }, listener)
  }

  /** Watches no other files than these any more. */
  keepOnly(files: ReadonlySet<string>): void {
    for (const [file, listener] of this.#listeners) {
      if (files.has(file)) continue
      unwatchFile(file, listener)
      this.#listeners.delete(file)
    }
  }

  close(): void {
    this.keepOnly(new Set())
    this.#cancel()
  }

  #note(file: string): void {
    this.#changed.add(file)
    this.#cancel()
    this.#cancel = this.#clock.wake(debounce, () => {
      const changed = new Set(this.#changed)
      this.#changed.clear()
      this.callback(changed)
    })
  }
}
