import { apiErrors } from './errors.ts'
import { advanceBy } from './reason.ts'
import { formatDuration } from './time/duration.ts'

/** How many requests an owner may make within a duration, in microseconds. */
export interface RateLimit {
  readonly requests: number
  readonly per: number
}

export type RateState = ReadonlyMap<string | number, { readonly since: number; readonly count: number }>

/** Counts the requests of each owner in windows that begin with its first request (documented example: 10,000 an hour; windows assumed). */
export class RateCounter {
  #windows = new Map<string | number, { since: number; count: number }>()

  /** Counts one request; throws the API's 429 if it exceeds the limit. */
  count(owner: string | number, now: number, { requests, per }: RateLimit): void {
    let window = this.#windows.get(owner)
    if (!window || now >= window.since + per) {
      window = { since: now, count: 0 }
      this.#windows.set(owner, window)
    }
    window.count++
    if (window.count <= requests) return
    const seconds = Math.ceil((window.since + per - now) / 1e6)
    throw apiErrors.tooManyRequests(seconds).because({
      rule: 'rate_limit',
      values: { requests, per: formatDuration(per), count: window.count },
      sentence: `The setting rate_limit allows ${requests} requests per ${formatDuration(per)}, and this is request ${window.count} of the window, which ends in ${seconds} s.`,
      change: advanceBy(`${seconds}s`),
    })
  }

  save(): RateState {
    return new Map(Array.from(this.#windows, ([owner, window]) => [owner, { ...window }]))
  }

  restore(state: RateState): void {
    this.#windows = new Map(Array.from(state, ([owner, window]) => [owner, { ...window }]))
  }
}
