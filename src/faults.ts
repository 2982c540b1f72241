import type { Instant } from './clock.ts'
import type { Random } from './random.ts'

/** How a scripted fault ends a call. Times in microseconds. */
export interface FaultAnswer {
  readonly status?: number | undefined
  readonly retry_after?: number | undefined
}
export type Close = 'reset' | 'empty' | 'truncated'

/** A fault as it is armed: which calls it meets, and what it does to them. Times in microseconds. */
export interface Fault {
  /** A method and a path, `*` for any segment at its end or any method: `GET /sources/*`. */
  readonly on: string
  /** Only this one of the calls that match. */
  readonly nth?: number | undefined
  /** Only the first so many. */
  readonly first?: number | undefined
  /** Each so many-th one. */
  readonly every?: number | undefined
  /** From 0 to 1, by the world's seed. */
  readonly probability?: number | undefined
  /** From and until how long after the scenario began. */
  readonly between?: readonly [number, number] | undefined
  readonly answer?: FaultAnswer | undefined
  readonly delay?: number | undefined
  readonly close?: Close | undefined
}

interface Armed {
  readonly id: number
  readonly fault: Fault
  readonly matches: (method: string, path: string) => boolean
  readonly since: Instant
  /** How many calls it met, and how many it struck. */
  met: number
  struck: number
}

export interface FaultsState {
  readonly armed: readonly Armed[]
  readonly highestId: number
}

/** Whether `nth`, `first` and `every` mean this one of the occasions that match. */
export function isMeant(occasion: number, { nth, first, every }: Pick<Fault, 'nth' | 'first' | 'every'>): boolean {
  if (nth !== undefined) return occasion === nth
  if (first !== undefined) return occasion <= first
  if (every !== undefined) return occasion % every === 0
  return true
}

/** Reads `GET /sources/*` into a test of calls. `*` stands for any method, one segment, or, at the end, all the rest. */
export function matcherOf(on: string): (method: string, path: string) => boolean {
  const [method = '*', pattern = '*'] = on.split(' ')
  const parts = pattern.split('/').map((part) => (part === '*' ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
  if (pattern.endsWith('*')) parts[parts.length - 1] = '.+'
  const path = pattern === '*' ? /^/ : new RegExp(`^${parts.join('/')}$`)
  return (called, at) => (method === '*' || method === called) && path.test(at)
}

/** How many different calls the matching faults are remembered for. */
const mostRemembered = 1000

/** The faults armed in a world. */
export class Faults {
  #armed: Armed[] = []
  #highestId = 0
  /** Which faults match a call, so that many of them cost little. */
  #matching = new Map<string, readonly Armed[]>()

  /** Arms a fault, whose `between` counts from `since`. */
  arm(fault: Fault, since: Instant): number {
    const armed = { id: ++this.#highestId, fault, matches: matcherOf(fault.on), since, met: 0, struck: 0 }
    this.#rearm([...this.#armed, armed])
    return this.#highestId
  }

  /** Disarms one fault; false if there is none of that ID. */
  disarm(id: number): boolean {
    const before = this.#armed.length
    this.#rearm(this.#armed.filter((armed) => armed.id !== id))
    return this.#armed.length < before
  }

  /** Disarms all faults, or those armed for a call. */
  disarmAll(on?: string): void {
    this.#rearm(on === undefined ? [] : this.#armed.filter(({ fault }) => fault.on !== on))
  }

  list(): readonly { readonly id: number; readonly fault: Fault; readonly met: number; readonly struck: number }[] {
    return this.#armed.map(({ id, fault, met, struck }) => ({ id, fault, met, struck }))
  }

  /** The fault that strikes a call: the first armed one that means it. Every one that matches counts the call. */
  strike(method: string, path: string, now: Instant, random: Random): Fault | undefined {
    let striking: Fault | undefined
    for (const armed of this.#matches(method, path)) {
      const { fault, since } = armed
      const [from, until] = fault.between ?? [0, Infinity]
      if (now < since + from || now >= since + until) continue
      armed.met++
      const lucky = fault.probability === undefined || random.integer() / 2 ** 32 < fault.probability
      if (striking || !lucky || !isMeant(armed.met, fault)) continue
      armed.struck++
      striking = fault
    }
    return striking
  }

  #matches(method: string, path: string): readonly Armed[] {
    if (this.#armed.length === 0) return this.#armed
    const call = `${method} ${path}`
    let matching = this.#matching.get(call)
    if (!matching) {
      matching = this.#armed.filter((armed) => armed.matches(method, path))
      if (this.#matching.size >= mostRemembered) this.#matching.clear()
      this.#matching.set(call, matching)
    }
    return matching
  }

  #rearm(armed: Armed[]): void {
    this.#armed = armed
    this.#matching.clear()
  }

  save(): FaultsState {
    return { armed: this.#armed.map((armed) => ({ ...armed })), highestId: this.#highestId }
  }

  restore({ armed, highestId }: FaultsState): void {
    this.#rearm(armed.map((one) => ({ ...one })))
    this.#highestId = highestId
  }
}
