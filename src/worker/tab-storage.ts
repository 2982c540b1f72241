import { later, stopwatch } from '../engine/time/clock.ts'
import type { Mock } from '../mock/ricloud.ts'

/** Milliseconds between a change and its save, at least: what comes meanwhile is saved with it. */
const pause = 200

/** Keeps a world in the tab's `sessionStorage`, so that it survives when the page is loaded again. */
export class TabStorage {
  readonly #mock: Mock
  readonly #name: string
  readonly #warn: (message: string) => void
  #isWarned = false
  /** How long the last save took, in milliseconds. */
  #took = 0
  #cancel: (() => void) | undefined
  #leave: (() => void) | undefined

  /**
   * @param name what tells it from others in the tab
   * @param warn told of a world that cannot be kept or taken up
   */
  constructor(mock: Mock, name: string, warn: (message: string) => void) {
    this.#mock = mock
    this.#name = `ricloud-mock ${name}`
    this.#warn = warn
  }

  /** Takes up the world that this tab kept, if there is one that fits. */
  resume(): void {
    try {
      const kept = sessionStorage.getItem(this.#name)
      if (kept !== null) this.#mock.unpack(kept)
    } catch (error) {
      this.#warn(`The world kept for this tab is not restored, and starts in its initial state: ${messageOf(error)}.`)
    }
  }

  /** Saves what changes from now on, soon after, and when the page is left. */
  begin(): void {
    if (this.#leave) return
    const save = () => this.#save()
    addEventListener('pagehide', save)
    const unwatch = this.#mock.watch(() => this.#soon())
    this.#leave = () => {
      removeEventListener('pagehide', save)
      unwatch()
    }
    save()
  }

  /** Saves for the last time. */
  end(): void {
    if (!this.#leave) return
    this.#leave()
    this.#leave = undefined
    this.#save()
  }

  #soon(): void {
    // A large world takes a tenth of the time at most.
    this.#cancel ??= later(Math.max(pause, this.#took * 9), () => this.#save())
  }

  #save(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const begun = stopwatch()
    try {
      const text = this.#mock.pack()
      if (text !== undefined) sessionStorage.setItem(this.#name, text)
    } catch (error) {
      this.#forget()
      if (this.#isWarned) return
      this.#isWarned = true
      this.#warn(
        `The world cannot be kept for this tab, and starts in its initial state after a reload: ${messageOf(error)}.`,
      )
    } finally {
      this.#took = stopwatch() - begun
    }
  }

  /** An older state is none to go on with. */
  #forget(): void {
    try {
      sessionStorage.removeItem(this.#name)
    } catch {}
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message.replace(/\.$/, '') : String(error))
