import type { HeaderValues, Incoming } from './http/exchange.ts'
import type { Instant } from './time/instant.ts'
import { remove } from './values.ts'

/** Something that reached a world from outside, in the order in which these took effect. */
export interface Input {
  /** `call`, `clock`, `action` … */
  readonly do: string
  /** Real time, in microseconds. */
  readonly real: Instant
  /** Virtual time. */
  readonly at: Instant
  readonly with?: unknown
}

/** A call of the API. */
export interface CallInput extends Input {
  readonly do: 'call'
  /** Its ID in the journal. */
  readonly id: number
  readonly with: RecordedCall
  /** Whether it waited before it was answered. */
  waits: boolean
  isAnswered: boolean
}

/** A call whose body was read. */
export interface ReceivedCall {
  /** Its ID in the journal. */
  readonly id: number
  readonly incoming: Incoming
  readonly target: { readonly url: string }
  readonly headers: HeaderValues
  /** The body; undefined if it is too long. */
  readonly text: string | undefined
}

export interface RecordedCall extends Pick<Incoming, 'method' | 'url'> {
  readonly origin: string | undefined
  headers: HeaderValues
  /** Undefined if it was too long. */
  readonly body: string | undefined
}

/** A part of a recording: a saved state, and what followed. */
export interface Segment<State> {
  /** The state before its first input; undefined where none could be saved. */
  readonly base: State | undefined
  readonly inputs: Input[]
  /** About how many characters its inputs take. */
  length: number
}

/** About how many characters an input takes, beside what a call sends. */
const inputLength = 200

/** The limit of all segments in characters. */
const mostLength = 2 * 1024 * 1024

/** From how many inputs, or characters, on a segment is full, unless many records would be copied for each input. */
const segmentInputs = 500
const segmentLength = mostLength / 8

/** How many records may be copied for each input by saving the state, and from how many characters on any number may. */
const recordsPerInput = 2
const longestSegment = mostLength / 2

/** What a recorder needs of its world. */
export interface RecordedWorld<State> {
  readonly clock: { readonly real: Instant; now(): Instant; hold<T>(work: () => T): T }
  /** The present state, which nothing changed since the initial one if `isFirst`; undefined if it cannot be saved now. */
  save(isFirst: boolean): State | undefined
  /** How many records there are. */
  size(): number
}

/**
 * Records what reaches a world, so that it can be replayed: the last inputs within bounds, in segments that begin with a
 * saved state.
 */
export class Recorder<State> {
  #segments: Segment<State>[] = []
  /** How many inputs there are, and about how many characters they take. */
  #count = 0
  #length = 0
  /** Whether the next segment must begin with the next input. */
  #isClosed = false
  /** The calls that are not answered yet; a list, for the reason at `remove`. */
  #open: CallInput[] = []
  #counted: { readonly headers: HeaderValues | undefined; readonly length: number } = { headers: undefined, length: 0 }
  /** The ID of the last call that the journal has forgotten. */
  #forgotten = 0
  readonly #world: RecordedWorld<State>

  /** @param most how many inputs are kept at least, unless they are long; 0 records nothing */
  constructor(
    world: RecordedWorld<State>,
    readonly most: number,
  ) {
    this.#world = world
  }

  /** Whether no input since the beginning, or since everything was forgotten, was dropped. */
  #isWhole = true

  /** Forgets everything: the world is in another state. */
  clear(): void {
    this.#isWhole = true
    this.#segments = []
    this.#count = 0
    this.#length = 0
    this.#forgotten = 0
    this.#open = []
  }

  /** Records an input and runs its effects with real time frozen; one that throws is not recorded. */
  input<T>(kind: string, details: unknown, run: () => T): T {
    if (this.most === 0) return run()
    const { clock } = this.#world
    return clock.hold(() => {
      const input = { do: kind, real: clock.real, at: clock.now(), with: details }
      this.#begin(input, inputLength)
      try {
        return run()
      } catch (error) {
        this.#remove(input, inputLength)
        throw error
      }
    })
  }

  /** Records an input whose effects have taken place. */
  after(kind: string, details?: unknown): void {
    const { clock } = this.#world
    if (this.most > 0) this.#add({ do: kind, real: clock.real, at: clock.now(), with: details }, inputLength)
  }

  /** Lets the next input begin a segment, because the world is in another state, to which no open call belongs. */
  close(): void {
    this.#isClosed = true
    for (const call of this.#open) call.waits = true
    this.#open = []
  }

  /** Records a call before it has effects; undefined if nothing is recorded. */
  call({ id, incoming, target, headers, text: body }: ReceivedCall): CallInput | undefined {
    if (this.most === 0) return undefined
    const { clock } = this.#world
    const { method, origin } = incoming
    const { url } = target
    const call = { method, url, origin, headers, body }
    const input: CallInput = {
      do: 'call',
      id,
      real: clock.real,
      at: clock.now(),
      with: call,
      waits: false,
      isAnswered: false,
    }
    this.#begin(input, inputLength + method.length + url.length + this.#lengthOf(headers) + (body?.length ?? 0))
    this.#open.push(input)
    return input
  }

  /** The characters of headers, of which those of calls in a row are often one object. */
  #lengthOf(headers: HeaderValues): number {
    if (headers !== this.#counted.headers) {
      let length = 0
      for (const name in headers) length += name.length + (headers[name]?.length ?? 0)
      this.#counted = { headers, length }
    }
    return this.#counted.length
  }

  /** Records that a call which waited goes on. */
  resumed(input: CallInput): void {
    if (!this.#open.includes(input)) return
    input.waits = true
    this.after('resume', input)
  }

  /** Records that a call was answered. */
  answered(input: CallInput): void {
    input.isAnswered = true
    remove(this.#open, input)
  }

  /** The calls until this one are no longer in the journal. */
  forget(last: number): void {
    this.#forgotten = last
  }

  /** Everything that reached the world since the beginning; undefined if some of it was dropped. */
  whole(): readonly Input[] | undefined {
    return this.most > 0 && this.#isWhole ? this.#segments.flatMap(({ inputs }) => inputs) : undefined
  }

  /** Replaces what is recorded by what was replayed since a state. */
  replace(base: State, inputs: readonly Input[]): void {
    this.clear()
    this.#segments.push({ base, inputs: [], length: 0 })
    for (const input of inputs) this.#add(input, inputLength)
    this.close()
  }

  get segments(): readonly Segment<State>[] {
    return this.#segments
  }

  /** Forgets a call and what followed: the world is in the state before it. */
  cutBefore(request: number): void {
    const { index, end } = this.find(request)
    this.#segments.length = index + 1
    this.#segments[index]?.inputs.splice(end)
    this.#count = this.#segments.reduce((sum, { inputs }) => sum + inputs.length, 0)
    this.#length = this.#segments.reduce((sum, { length }) => sum + length, 0)
    this.close()
  }

  /** Whether the journal has forgotten a call. */
  isForgotten({ id }: CallInput): boolean {
    return id <= this.#forgotten
  }

  /** The segment of a call, and its place there; -1 if it is not recorded. */
  find(request: number): { readonly index: number; readonly end: number } {
    const isMeant = (input: Input) => isCall(input) && input.id === request && !this.isForgotten(input)
    const index = this.#segments.findIndex(({ inputs }) => inputs.some(isMeant))
    return { index, end: this.#segments[index]?.inputs.findIndex(isMeant) ?? -1 }
  }

  #begin(input: Input, length: number): void {
    const last = this.#segments.at(-1)
    if (!last || (this.#open.length === 0 && (this.#isClosed || last.base === undefined || this.#isFull(last)))) {
      const base = this.#world.save(!last && !this.#isClosed)
      if (!last || this.#isClosed || base !== undefined) this.#segments.push({ base, inputs: [], length: 0 })
      this.#isClosed = false
    }
    this.#add(input, length)
  }

  #isFull({ inputs, length }: Segment<State>): boolean {
    if (inputs.length < segmentInputs && length <= segmentLength) return false
    return length > longestSegment || inputs.length * recordsPerInput >= this.#world.size()
  }

  #add(input: Input, length: number): void {
    if (this.#segments.length === 0) this.#segments.push({ base: undefined, inputs: [], length: 0 })
    const last = this.#segments.at(-1) as Segment<State>
    last.inputs.push(input)
    last.length += length
    this.#count++
    this.#length += length
    for (let first = this.#segments[0]; first && this.#segments.length > 1; first = this.#segments[0]) {
      const { inputs, length } = first
      if (this.#count - inputs.length < this.most && this.#length <= mostLength) break
      this.#segments.shift()
      this.#isWhole = false
      this.#count -= inputs.length
      this.#length -= length
    }
  }

  #remove(input: Input, length: number): void {
    const last = this.#segments.at(-1)
    if (last?.inputs.at(-1) !== input) return
    last.inputs.pop()
    last.length -= length
    this.#count--
    this.#length -= length
  }
}

export const isCall = (input: Input): input is CallInput => input.do === 'call'
