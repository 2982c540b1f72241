import { isAbsolute, relative, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { printable } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { Clock } from '../engine/time/clock.ts'

/** How long lines are collected, in microseconds: no reader notices it, and a write costs as much as some requests. */
const delay = 10_000

/** Collects lines and writes them together: one write for many requests. */
export class Output {
  readonly #stream: Writable
  readonly #clock = new Clock()
  readonly #failure = new AbortController()
  /** Aborted once a line cannot be written, because the disk is full or the reader is gone; later lines are dropped. */
  readonly failed = this.#failure.signal
  #pending = ''
  #cancelFlush = () => {}

  constructor(stream: Writable) {
    this.#stream = stream
    stream.on('error', (error) => this.#fail(error))
  }

  #fail(error: unknown): void {
    this.#failure.abort(new Error(`Failed to write the output: ${systemReason(error)}.`))
  }

  /**
   * Prints a line, or a text of several, after a short delay. Control characters are escaped: a terminal would execute
   * them, and names and paths come from elsewhere.
   */
  print(text: string, paint: Paint[keyof Paint] = unchanged): void {
    this.printPainted(paint(printable(text)))
  }

  /** Prints a line whose parts are escaped, and may be coloured. */
  printPainted(line: string): void {
    if (this.failed.aborted) return
    if (this.#pending === '') this.#cancelFlush = this.#clock.wake(delay, () => void this.flush(), true)
    this.#pending += `${line}\n`
  }

  /** Writes pending lines now; resolves once everything printed before is written, or is dropped. */
  flush(): Promise<void> {
    const text = this.#pending
    this.#pending = ''
    this.#cancelFlush()
    return new Promise((done) => {
      if (this.failed.aborted) return done()
      this.#stream.write(text, (error) => {
        // The stream reports it as an event too, but later than the promise resolves.
        if (error) this.#fail(error)
        done()
      })
    })
  }
}

/** Prints the result of a command on stdout; resolves once it is written. Throws an Error if it cannot be written. */
export async function printResult(...lines: readonly string[]): Promise<void> {
  const output = await printAll(process.stdout, lines)
  output.failed.throwIfAborted()
}

/** Prints messages on stderr; there is nowhere to report that this fails. */
export async function printMessage(...messages: readonly string[]): Promise<void> {
  await printAll(process.stderr, messages)
}

async function printAll(stream: Writable, texts: readonly string[]): Promise<Output> {
  const output = new Output(stream)
  for (const text of texts) output.print(text)
  await output.flush()
  return output
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
