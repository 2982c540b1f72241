import { ApiError, UsageError } from '../engine/errors.ts'
import { matcherOf } from '../engine/faults.ts'
import { type Journal, type Noted, type RequestView, targetOf } from '../engine/journal.ts'
import { isSecret, redacted, shown } from '../engine/messages.ts'
import type { requestMethods } from './request-methods.ts'
import { RequestFilter, read, Verification } from './request-schema.ts'

/** Which requests to list, and how many of the last ones. */
export interface RequestFilterInput extends Pick<RequestMatcher, 'method' | 'path' | 'status'> {
  readonly limit?: number | undefined
}

/** Which requests are meant; all that is given must fit. */
export interface RequestMatcher {
  readonly method?: (typeof requestMethods)[number] | undefined
  /** `*` stands for a segment, or at the end for all the rest: `/sessions/*`. */
  readonly path?: string | undefined
  /** 0 where a scripted fault closed the connection. */
  readonly status?: number | undefined
  /** The API's error code. */
  readonly error?: string | undefined
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** What the body holds, among others; arrays whole. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** What must have been called: requests that match, so many of them, or several in this order. */
export interface VerificationInput extends RequestMatcher {
  /** Exactly so many, or bounds; at least one without it. */
  readonly count?:
    | number
    | { readonly at_least?: number | undefined; readonly at_most?: number | undefined }
    | undefined
  /** One after another, others between them allowed; it stands alone. */
  readonly sequence?: readonly RequestMatcher[] | undefined
}

/** A request that nearly matched, and why it did not. */
export interface NearMiss {
  readonly request: RequestView
  readonly why: readonly string[]
}

/** A failed verification: what was called instead. */
export class VerificationError extends ApiError {
  constructor(
    message: string,
    readonly count: number,
    readonly near_misses: readonly NearMiss[],
  ) {
    const list = near_misses.map(
      ({ request, why }) =>
        `\n  ${request.id} ${request.method} ${targetOf(request)} ${request.status}: ${why.join('; ')}`,
    )
    super('verification-failed', `${message}${list.join('')}`, undefined, {}, 409, { count, near_misses })
  }
}

const mostNearMisses = 3

/** The calls that a world got. */
export class RequestControl {
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** How many calls came since the first morning or the last `clear`; the journal keeps the last ones of them. */
  get count(): number {
    return this.#journal.count
  }

  /** The calls kept, the oldest first. Throws an Error that names each wrong filter. */
  list(filter: RequestFilterInput = {}): readonly RequestView[] {
    const { limit, ...matcher } = read(RequestFilter, filter, 'list requests')
    return this.#journal.list(callsLike(matcher), limit)
  }

  /** Empties the journal. */
  clear(): void {
    this.#journal.clear()
  }

  /**
   * Gives back the calls that matched. Throws a VerificationError that lists the nearest misses if there were not so
   * many of them, and an Error if the question cannot be understood.
   */
  verify(wanted: VerificationInput): readonly RequestView[] {
    const { count = { at_least: 1 }, sequence, ...matcher } = read(Verification, wanted, 'verify requests')
    if (sequence) {
      const other = Object.keys(wanted).find((name) => name !== 'sequence')
      if (other)
        throw new UsageError('Failed to verify requests: sequence stands alone.', [
          `${other}: cannot stand beside sequence`,
        ])
      return this.#inOrder(sequence)
    }
    const found = this.#matching(matcher)
    const { at_least = 0, at_most = Infinity } = typeof count === 'number' ? { at_least: count, at_most: count } : count
    if (found.length >= at_least && found.length <= at_most) return found
    const extra = found.slice(at_most)
    const why = extra.length === 1 ? 'matches, and is one too many' : `matches, and is one of ${extra.length} too many`
    throw new VerificationError(
      `${found.length} ${found.length === 1 ? 'request matches' : 'requests match'} ${shownMatcher(matcher)}, not ${shownCount(at_least, at_most)}.`,
      found.length,
      extra.length > 0
        ? extra.slice(-mostNearMisses).map((request) => ({ request, why: [why] }))
        : this.#nearest(matcher, this.#journal.list()),
    )
  }

  #inOrder(sequence: readonly RequestMatcher[]): RequestView[] {
    const all = this.#journal.list()
    const found: RequestView[] = []
    for (const [i, matcher] of sequence.entries()) {
      const after = found.at(-1)?.id ?? 0
      const rest = all.filter(({ id }) => id > after)
      const next = rest.find((request) => this.#misses(matcher, request).length === 0)
      if (!next) {
        const place = after === 0 ? '' : ` after request ${after}`
        const early = (requests: readonly RequestView[]) =>
          requests
            .filter((request) => request.id < after && this.#misses(matcher, request).length === 0)
            .map((request) => ({ request, why: [`matches, but came before request ${after}`] }))
        throw new VerificationError(
          `No request matches sequence[${i}], ${shownMatcher(matcher)}${place}.`,
          found.length,
          [...early(all), ...this.#nearest(matcher, rest)].slice(0, mostNearMisses),
        )
      }
      found.push(next)
    }
    return found
  }

  #matching(matcher: RequestMatcher): RequestView[] {
    return this.#journal.list(callsLike(matcher)).filter((request) => this.#misses(matcher, request).length === 0)
  }

  #nearest(matcher: RequestMatcher, among: readonly RequestView[]): NearMiss[] {
    return among
      .map((request) => ({ request, why: this.#misses(matcher, request) }))
      .filter(({ why }) => why.length > 0)
      .sort((a, b) => a.why.length - b.why.length || b.request.id - a.request.id)
      .slice(0, mostNearMisses)
  }

  /** Why a request does not match. */
  #misses({ method, path, status, error, query = {}, body = {} }: RequestMatcher, request: RequestView): string[] {
    const differs = (name: string, found: unknown, wanted: unknown) =>
      isSecret(name) ? `${name} differs` : `${name} is ${shown(redacted(found))}, not ${shown(redacted(wanted))}`
    const whys: string[] = []
    for (const [name, found, wanted] of [
      ['method', request.method, method],
      ['status', request.status, status],
      ['error', request.error, error],
    ] as const) {
      if (wanted !== undefined && found !== wanted) whys.push(differs(name, found, wanted))
    }
    if (path !== undefined && !matcherOf(`* ${path}`)('', request.path)) whys.push(differs('path', request.path, path))
    for (const [name, wanted] of Object.entries(query)) {
      const found = request.query[name]
      if (JSON.stringify(found) !== JSON.stringify(wanted)) whys.push(differs(`query.${name}`, found, wanted))
    }
    if (Object.keys(body).length > 0) {
      const lost = request.body === null && request.body_length > 0
      if (lost) whys.push(`its body of ${request.body_length} characters is no JSON, or was too long to be kept`)
      else
        for (const { name, found, wanted } of differences(this.#journal.bodyOf(request.id), body, 'body'))
          whys.push(differs(name, found, wanted))
    }
    return whys
  }
}

/** Whether a call can match, by what needs not be made ready to be shown. */
function callsLike({ method, path, status, error }: RequestMatcher): (noted: Noted) => boolean {
  const isThere = path === undefined ? () => true : matcherOf(`* ${path}`)
  return (noted) =>
    (method === undefined || noted.method === method) &&
    (status === undefined || noted.status === status) &&
    (error === undefined || noted.error?.code === error) &&
    isThere('', noted.url.replace(/[?#].*/s, ''))
}

/** Where a value does not hold what is wanted of it. */
function differences(
  found: unknown,
  wanted: unknown,
  name: string,
): { name: string; found: unknown; wanted: unknown }[] {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isObject(wanted) && isObject(found)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences(Object.hasOwn(found, key) ? found[key] : undefined, value, `${name}.${key}`),
    )
  }
  if (Array.isArray(wanted) && Array.isArray(found) && wanted.length === found.length) {
    return wanted.flatMap((value, i) => differences(found[i], value, `${name}[${i}]`))
  }
  return found === wanted ? [] : [{ name, found, wanted }]
}

/** How many were wanted: `2`, `at least 2`, `1 to 3`. */
function shownCount(least: number, most: number): string {
  if (least === most) return String(least)
  if (most === Infinity) return `at least ${least}`
  return least === 0 ? `at most ${most}` : `${least} to ${most}`
}

/** What was asked for, without its body, which may hold a secret. */
function shownMatcher({ method, path, status, error, query, body }: RequestMatcher): string {
  const call = [method ?? 'any method', path ?? 'any path'].join(' ')
  const more = [
    status !== undefined && `status ${status}`,
    error !== undefined && `error ${error}`,
    query && `the query ${shown(redacted(query))}`,
    body && `a body with ${Object.keys(body).join(', ')}`,
  ].filter(Boolean)
  return more.length > 0 ? `${call} with ${more.join(', ')}` : call
}
