import { messageOf } from '../engine/thrown.ts'
import { later, stopwatch } from '../engine/time/clock.ts'
import type { Mock } from '../mock/ricloud.ts'

/** The least delay between a change and its save, in milliseconds; later changes are saved with it. */
const minDelay = 200

/** Keeps a world in the tab's `sessionStorage`, so that it survives a reload. */
export class TabStorage {
  readonly #mock: Mock
  readonly #name: string
  readonly #warn: (message: string) => void
  #isWarned = false
  /** How long the last save took, in milliseconds. */
  #took = 0
  #cancel: (() => void) | undefined
  #stopWatching: (() => void) | undefined

  /**
   * @param name the suffix of the key in `sessionStorage`, for several mocks in a tab
   * @param warn receives a message if a world cannot be saved or restored
   */
  constructor(mock: Mock, name: string, warn: (message: string) => void) {
    this.#mock = mock
    this.#name = `ricloud-mock ${name}`
    this.#warn = warn
  }

  /** Restores the world that was saved in this tab, if there is one and the options are the same. */
  restore(): void {
    try {
      const kept = sessionStorage.getItem(this.#name)
      if (kept !== null) this.#mock.unpack(kept)
    } catch (error) {
      this.#warn(`The world kept for this tab is not restored, and starts in its initial state: ${whyOf(error)}.`)
    }
  }

  /** Saves the world now, after every change, and when the page is left. */
  start(): void {
    if (this.#stopWatching) return
    const save = () => this.#save()
    addEventListener('pagehide', save)
    const unwatch = this.#mock.watch(() => this.#scheduleSave())
    this.#stopWatching = () => {
      removeEventListener('pagehide', save)
      unwatch()
    }
    save()
  }

  /** Saves once more, and stops. */
  stop(): void {
    if (!this.#stopWatching) return
    this.#stopWatching()
    this.#stopWatching = undefined
    this.#save()
  }

  #scheduleSave(): void {
    // Saving a large world takes at most a tenth of the time.
    this.#cancel ??= later(Math.max(minDelay, this.#took * 9), () => this.#save())
  }

  #save(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const start = stopwatch()
    try {
      const text = this.#mock.pack()
      if (text !== undefined) sessionStorage.setItem(this.#name, text)
    } catch (error) {
      this.#removeSaved()
      if (this.#isWarned) return
      this.#isWarned = true
      this.#warn(
        `The world cannot be kept for this tab, and starts in its initial state after a reload: ${whyOf(error)}.`,
      )
    } finally {
      this.#took = stopwatch() - start
    }
  }

  /** A reload must not restore an older state. */
  #removeSaved(): void {
    try {
      sessionStorage.removeItem(this.#name)
    } catch {}
  }
}

const whyOf = (error: unknown) => messageOf(error).replace(/\.$/, '')
