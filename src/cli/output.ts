import type { Writable } from 'node:stream'
import { Clock } from '../engine/time/clock.ts'

/** How long lines are collected, in microseconds: nobody sees it, and a write costs as much as some requests. */
const pause = 10_000

/** Collects what is printed, and writes it now and then: one write for many requests. */
export class Output {
  readonly #stream: Writable
  readonly #clock = new Clock()
  #waiting = ''
  #isClosed = false
  #stopWaiting = () => {}

  /** @param stream once nobody reads it any more, what is printed is dropped */
  constructor(stream: Writable) {
    this.#stream = stream
    stream.on('error', () => {
      this.#isClosed = true
    })
  }

  /** Prints a line, or a text of several, a little later. */
  print(line: string): void {
    if (this.#isClosed) return
    if (this.#waiting === '') this.#stopWaiting = this.#clock.wake(pause, () => void this.written(), true)
    this.#waiting += `${line}\n`
  }

  /** Writes what waits, now; resolves once all that was printed is out. */
  written(): Promise<void> {
    const text = this.#waiting
    this.#waiting = ''
    this.#stopWaiting()
    return new Promise((done) => {
      if (this.#isClosed) done()
      else this.#stream.write(text, () => done())
    })
  }
}

/** Prints lines; resolves once they are out. */
export function say(stream: Writable, ...lines: readonly string[]): Promise<void> {
  const output = new Output(stream)
  for (const line of lines) output.print(line)
  return output.written()
}
