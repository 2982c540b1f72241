import { BoundedMap } from './bounded-map.ts'
import { UsageError } from './errors.ts'
import { pathMatcher } from './path-pattern.ts'
import type { Random } from './random.ts'
import type { Instant } from './time/instant.ts'

/** The error response of a scripted fault. `retry_after` in microseconds. */
export interface FaultAnswer {
  readonly status: number
  readonly retry_after?: number | undefined
}
export type Close = 'reset' | 'empty' | 'truncated'

/** A scripted fault: which calls it strikes, and its effects. Times in microseconds. */
export interface Fault {
  /** Method and path of the calls, as `matcherOf` reads them: `GET /sources/*`. */
  readonly on: string
  /** Strikes only the n-th matching call. */
  readonly nth?: number | undefined
  /** Strikes only the first n matching calls. */
  readonly first?: number | undefined
  /** Strikes only every n-th matching call. */
  readonly every?: number | undefined
  /** The probability that it strikes, from 0 to 1; decided by the world's random numbers. */
  readonly probability?: number | undefined
  /** The period in which it strikes: start and end, counted from the instant at which it was armed. */
  readonly between?: readonly [number, number] | undefined
  readonly answer?: FaultAnswer | undefined
  readonly delay?: number | undefined
  readonly close?: Close | undefined
}

interface Armed {
  readonly fault: Fault
  readonly matches: (method: string, path: string) => boolean
  readonly from: Instant
  readonly until: Instant
  readonly meant: Occasions
  readonly probability: number
  /** How many calls matched it, and how many it struck. */
  met: number
  struck: number
}

export interface FaultsState {
  readonly armed: readonly Armed[]
  readonly disarmed: readonly Armed[]
}

/** An armed fault as plain data, without what is derived from `fault`. */
type PackedFault = Pick<Armed, 'fault' | 'from' | 'until' | 'met' | 'struck'>

interface PackedFaults {
  readonly armed: readonly PackedFault[]
  readonly disarmed: readonly PackedFault[]
}

const packed = ({ fault, from, until, met, struck }: Armed): PackedFault => ({ fault, from, until, met, struck })
const armedAs = ({ fault, from, until, met, struck }: PackedFault): Armed => ({
  fault,
  matches: matcherOf(fault.on),
  from,
  until,
  meant: occasionsOf(fault),
  probability: fault.probability ?? 1,
  met,
  struck,
})

/** The matching calls or events that a rule applies to: from the n-th to the m-th, every `step`-th. */
export interface Occasions {
  readonly from: number
  readonly to: number
  readonly step: number
}

export function occasionsOf({ nth, first, every }: Pick<Fault, 'nth' | 'first' | 'every'>): Occasions {
  return { from: nth ?? 1, to: nth ?? first ?? Infinity, step: every ?? 1 }
}

/** Whether the rule applies to the n-th occasion, counted from 1. */
export function isMeant(occasion: number, { from, to, step }: Occasions): boolean {
  return occasion >= from && occasion <= to && occasion % step === 0
}

/** Parses a call pattern such as `GET /sources/*`: a method, `*` for any, and a pattern of paths. */
export function matcherOf(on: string): (method: string, path: string) => boolean {
  const [method, pattern = ''] = on.split(' ')
  const matches = pathMatcher(pattern)
  return (called, path) => (method === '*' || method === called) && matches(path)
}

/** The limit of calls whose matches are cached, and of the length of one. */
const mostRemembered = 1000
const longestRemembered = 200

/** Finds the items that match a call; caches the result per call, so that many items cost little. */
export class ByCall<T extends { readonly matches: (method: string, path: string) => boolean }> {
  readonly #remembered = new BoundedMap<string, readonly T[]>(mostRemembered)

  constructor(readonly all: readonly T[]) {}

  matching(method: string, path: string): readonly T[] {
    if (this.all.length === 0) return this.all
    const call = `${method} ${path}`
    let matching = this.#remembered.get(call)
    if (!matching) {
      matching = this.all.filter((one) => one.matches(method, path))
      if (call.length <= longestRemembered) this.#remembered.set(call, matching)
    }
    return matching
  }
}

/** How many faults may be armed at once, and how many of those that ended are remembered. */
export const mostFaults = 1000

/** Whether a fault will strike no call any more. */
const isSpent = ({ until, met, meant }: Armed, now: Instant) => now >= until || met >= meant.to

/** A fault with what became of it. */
export interface ListedFault {
  readonly fault: Fault
  readonly armed: boolean
  /** Whether it will strike no call any more, as its calls or its time are over. */
  readonly spent: boolean
  readonly struck: number
}

/** The faults armed in a world. */
export class Faults {
  #armed = new ByCall<Armed>([])
  #disarmed: readonly Armed[] = []

  /**
   * Arms a fault; its `between` is counted from `since`. If 1,000 are armed, those that can match no more calls are
   * disarmed; throws an Error if there are none.
   */
  arm(fault: Fault, since: Instant): void {
    if (this.#armed.all.length >= mostFaults && this.#end((armed) => isSpent(armed, since)) === 0) {
      throw new UsageError(`${mostFaults} faults are armed, and there may be no more: disarm those no longer needed.`)
    }
    const [from, until] = fault.between ?? [-Infinity, Infinity]
    const armed = armedAs({ fault, from: since + from, until: since + until, met: 0, struck: 0 })
    this.#armed = new ByCall([...this.#armed.all, armed])
  }

  /** Disarms all faults, or those with this call pattern. Returns how many. */
  disarm(on?: string): number {
    return this.#end(({ fault }) => on === undefined || fault.on === on)
  }

  #end(isEnding: (armed: Armed) => boolean): number {
    const ended = this.#armed.all.filter(isEnding)
    this.#disarmed = [...this.#disarmed, ...ended].slice(-mostFaults)
    this.#armed = new ByCall(this.#armed.all.filter((armed) => !isEnding(armed)))
    return ended.length
  }

  /** Removes all faults, the disarmed ones too. */
  clear(): void {
    this.restore({ armed: [], disarmed: [] })
  }

  /** Every fault that is armed and the last that were, and how many calls each struck. */
  list(now: Instant = -Infinity): readonly ListedFault[] {
    const shown = (armed: boolean) => (one: Armed) => {
      return { fault: one.fault, armed, spent: isSpent(one, now), struck: one.struck }
    }
    return [...this.#disarmed.map(shown(false)), ...this.#armed.all.map(shown(true))]
  }

  /** The fault that strikes a call: the first armed one that applies. Every fault that matches counts the call. */
  strike(method: string, path: string, now: Instant, random: Random): Fault | undefined {
    let striking: Fault | undefined
    for (const armed of this.#armed.matching(method, path)) {
      if (now < armed.from || now >= armed.until) continue
      armed.met++
      const lucky = armed.probability === 1 || random.integer() / 2 ** 32 < armed.probability
      if (striking || !lucky || !isMeant(armed.met, armed.meant)) continue
      armed.struck++
      striking = armed.fault
    }
    return striking
  }

  save(): FaultsState {
    return { armed: this.#armed.all.map((armed) => ({ ...armed })), disarmed: this.#disarmed }
  }

  restore({ armed, disarmed }: FaultsState): void {
    this.#armed = new ByCall(armed.map((one) => ({ ...one })))
    this.#disarmed = disarmed
  }

  pack({ armed, disarmed }: FaultsState): PackedFaults {
    return { armed: armed.map(packed), disarmed: disarmed.map(packed) }
  }

  unpack({ armed, disarmed }: PackedFaults): FaultsState {
    return { armed: armed.map(armedAs), disarmed: disarmed.map(armedAs) }
  }
}
