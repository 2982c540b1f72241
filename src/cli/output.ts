import { isAbsolute, relative, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { Clock } from '../engine/time/clock.ts'

/** How long lines are collected, in microseconds: no reader notices it, and a write costs as much as some requests. */
const delay = 10_000

/** Collects lines and writes them together: one write for many requests. */
export class Output {
  readonly #stream: Writable
  readonly #clock = new Clock()
  #pending = ''
  #isClosed = false
  #cancelFlush = () => {}

  /** @param stream once its reader is gone, lines are dropped */
  constructor(stream: Writable) {
    this.#stream = stream
    stream.on('error', () => {
      this.#isClosed = true
    })
  }

  /** Prints a line, or a text of several, after a short delay. */
  print(line: string): void {
    if (this.#isClosed) return
    if (this.#pending === '') this.#cancelFlush = this.#clock.wake(delay, () => void this.flush(), true)
    this.#pending += `${line}\n`
  }

  /** Writes pending lines now; resolves once everything printed before is written. */
  flush(): Promise<void> {
    const text = this.#pending
    this.#pending = ''
    this.#cancelFlush()
    return new Promise((done) => {
      if (this.#isClosed) done()
      else this.#stream.write(text, () => done())
    })
  }
}

/** Prints lines; resolves once they are written. */
export function printLines(stream: Writable, ...lines: readonly string[]): Promise<void> {
  const output = new Output(stream)
  for (const line of lines) output.print(line)
  return output.flush()
}

/** A path as messages show it: relative where it lies within the working directory. */
export function shownPath(path: string): string {
  const shown = relative('.', path)
  return shown === '' || shown.startsWith('..') || isAbsolute(shown) ? resolve(path) : shown
}

/** A word quoted for a POSIX shell. */
export const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/** The address by which this machine can call a server, also one that listens on all of its addresses. */
export const callableUrl = (url: string) => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')

const colours = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan', 'magenta'] as const

/** Colours text, or leaves it as it is. */
export type Paint = Readonly<Record<(typeof colours)[number], (text: string) => string>>

/** Whether a stream takes colours: a terminal does unless `NO_COLOR` or `CI` is set, and any stream with `FORCE_COLOR`. */
export function takesColours(
  { isTTY = false }: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_COLOR, NO_COLOR, CI, TERM } = environment
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTTY && !NO_COLOR && !CI && TERM !== 'dumb'
}

export function paintFor(isColoured: boolean): Paint {
  return Object.fromEntries(colours.map((colour) => [colour, isColoured ? painter(colour) : unchanged])) as Paint
}

const unchanged = (text: string) => text

/** Makes the escape codes once: a line has several colours, and thousands may be printed each second. */
function painter(colour: (typeof colours)[number]): (text: string) => string {
  const [open, close] = styleText(colour, '\0', { validateStream: false }).split('\0')
  return (text) => `${open}${text}${close}`
}
