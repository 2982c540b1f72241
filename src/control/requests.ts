import * as z from 'zod'
import { ApiError, failedTo, UsageError } from '../engine/errors.ts'
import { oneOf } from '../engine/fields.ts'
import { ok } from '../engine/http/route.ts'
import { pathOf } from '../engine/http/url.ts'
import { type Journal, type RequestView, targetOf, unsaid } from '../engine/journal.ts'
import { isSecret, notOneOf, printableLine, redacted, shown } from '../engine/messages.ts'
import type { Noted } from '../engine/noted.ts'
import { pathMatcher, pathPattern } from '../engine/path-pattern.ts'
import type { Problem } from '../engine/place.ts'
import { parseGiven, problemsOf } from '../engine/problems.ts'
import { definedIn, isRecord } from '../engine/values.ts'
import { limitParameter, type Public, parseQuery, routeWith } from './routing.ts'

const requestMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** Which requests to list, and at most how many of the last ones. */
export interface RequestFilterInput extends Pick<RequestMatcher, 'method' | 'path' | 'status'> {
  readonly limit?: number | undefined
}

/** A request matches if every given attribute does. */
export interface RequestMatcher {
  readonly method?: (typeof requestMethods)[number] | undefined
  /** `*` stands for one segment, or at the end for all the rest: `/sessions/*`. */
  readonly path?: string | undefined
  /** 0 where a scripted fault closed the connection. */
  readonly status?: number | undefined
  /** The API's error code. */
  readonly error?: string | undefined
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** Attributes of the body, which may have others; arrays must be equal. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** The requests that must have been made: a number of them that match, or several in order. */
export interface VerificationInput extends RequestMatcher {
  /** An exact number, or bounds; at least one by default. */
  readonly count?:
    | number
    | { readonly at_least?: number | undefined; readonly at_most?: number | undefined }
    | undefined
  /** Matchers in the order of their requests; other requests may come between. It excludes all other attributes. */
  readonly sequence?: readonly RequestMatcher[] | undefined
}

/** A request that nearly matched, and why it did not. */
export interface NearMiss {
  readonly request: RequestView
  readonly why: readonly string[]
}

/** A failed verification, with the number of requests that matched and those that nearly did. */
export class VerificationError extends ApiError {
  constructor(
    message: string,
    readonly count: number,
    readonly near_misses: readonly NearMiss[],
  ) {
    const list = near_misses.map(({ request, why }) => {
      const reasons = [...why, unsaid(request)].filter((reason) => reason !== '')
      return `\n  ${printableLine(`${request.id} ${request.method} ${targetOf(request)} ${request.status}: ${reasons.join('; ')}`)}`
    })
    super('verification-failed', `${printableLine(message)}${list.join('')}`, undefined, {}, 409, {
      count,
      near_misses,
    })
  }
}

const maxNearMisses = 3
/** How many reasons are given why a request does not match. */
const maxReasons = 20

/** The requests that a mock received. */
export class RequestControl {
  readonly #journal: Journal
  readonly #codes: readonly string[]
  readonly #cleared: () => void

  /**
   * @param codes the error codes of the API
   * @param cleared called after the journal was emptied
   */
  constructor(journal: Journal, codes: readonly string[], cleared: () => void) {
    this.#journal = journal
    this.#codes = codes
    this.#cleared = cleared
  }

  /** The number of requests since the initial state or the last `clear`; the journal keeps only the last of them. */
  get count(): number {
    return this.#journal.count
  }

  /** The requests in the journal, the oldest first. Throws an Error that names each wrong filter. */
  list(filter: RequestFilterInput = {}): readonly RequestView[] {
    const { limit, ...matcher } = parseInput(RequestFilter, filter, 'list requests')
    return this.#journal.list(prefilter(matcher), limit)
  }

  /** Empties the journal. */
  clear(): void {
    this.#journal.clear()
    this.#cleared()
  }

  /**
   * Returns the requests that match. Throws a VerificationError that lists near misses if their number or order is not
   * as wanted, and an Error if `wanted` is invalid.
   */
  verify(wanted: VerificationInput): readonly RequestView[] {
    const { count = { at_least: 1 }, sequence, ...matcher } = parseInput(Verification, wanted, 'verify requests')
    const unknown = [
      ...this.#unknownCode(matcher),
      ...(sequence ?? []).flatMap((one, i) => this.#unknownCode(one, ['sequence', i])),
    ]
    if (unknown.length > 0) throw failedTo('verify requests', unknown)
    if (sequence) {
      const [other] = Object.keys(definedIn({ ...wanted, sequence: undefined }))
      if (other)
        throw new UsageError('Failed to verify requests: sequence cannot be combined with other parameters.', [
          { path: [other], what: 'cannot be combined with sequence' },
        ])
      return this.#verifySequence(sequence)
    }
    const found = this.#journal.list(prefilter(matcher)).filter((request) => this.#matches(matcher, request))
    const { at_least = 0, at_most = Infinity } = typeof count === 'number' ? { at_least: count, at_most: count } : count
    if (found.length >= at_least && found.length <= at_most) return found
    const extra = found.slice(at_most)
    const why = extra.length === 1 ? 'matches, and is one too many' : `matches, and is one of ${extra.length} too many`
    throw new VerificationError(
      `${found.length} ${found.length === 1 ? 'request matches' : 'requests match'} ${describeMatcher(matcher)}, not ${describeCount(at_least, at_most)}.`,
      found.length,
      extra.length > 0
        ? extra.slice(-maxNearMisses).map((request) => ({ request, why: [why] }))
        : this.#nearest(matcher, this.#journal.list()),
    )
  }

  /** The problem of an error code that no call is answered with, so that none could match. */
  #unknownCode({ error }: RequestMatcher, path: readonly PropertyKey[] = []): readonly Problem[] {
    if (error === undefined || this.#codes.includes(error)) return []
    return [{ path: [...path, 'error'], what: notOneOf(this.#codes, error) }]
  }

  #verifySequence(sequence: readonly RequestMatcher[]): RequestView[] {
    const all = this.#journal.list()
    const found: RequestView[] = []
    for (const [i, matcher] of sequence.entries()) {
      const last = found.at(-1)
      const after = last ? all.indexOf(last) + 1 : 0
      const rest = all.slice(after)
      const next = rest.find((request) => this.#matches(matcher, request))
      if (!next) {
        const place = last ? ` after request ${last.id}` : ''
        const early = all
          .slice(0, Math.max(0, after - 1))
          .filter((request) => this.#matches(matcher, request))
          .map((request) => ({ request, why: [`matches, but came before request ${last?.id}`] }))
        throw new VerificationError(
          `No request matches sequence[${i}], ${describeMatcher(matcher)}${place}.`,
          found.length,
          [...early, ...this.#nearest(matcher, rest)].slice(0, maxNearMisses),
        )
      }
      found.push(next)
    }
    return found
  }

  #nearest(matcher: RequestMatcher, among: readonly RequestView[]): NearMiss[] {
    return among
      .map((request) => ({ request, reasons: this.#firstReasons(matcher, request) }))
      .filter(({ reasons }) => reasons.length > 0)
      .sort((a, b) => a.reasons.length - b.reasons.length || b.request.id - a.request.id)
      .slice(0, maxNearMisses)
      .map(({ request, reasons }) => ({ request, why: reasons.map((reason) => reason()) }))
  }

  #matches(matcher: RequestMatcher, request: RequestView): boolean {
    return this.#reasons(matcher, request).next().done === true
  }

  #firstReasons(matcher: RequestMatcher, request: RequestView): Reason[] {
    const reasons: Reason[] = []
    for (const reason of this.#reasons(matcher, request)) {
      if (reasons.length === maxReasons) return [...reasons, () => 'and more']
      reasons.push(reason)
    }
    return reasons
  }

  /** The reasons why a request does not match; none if it does. */
  *#reasons(
    { method, path, status, error, query = {}, body = {} }: RequestMatcher,
    request: RequestView,
  ): Generator<Reason, undefined> {
    const differs = (name: string, found: unknown, wanted: unknown) => () =>
      isSecret(name)
        ? `${name} differs`
        : `${name} is ${shown(redacted(found, name))}, not ${shown(redacted(wanted, name))}`
    for (const [name, found, wanted] of [
      ['method', request.method, method],
      ['status', request.status, status],
      ['error', request.error, error],
    ] as const) {
      if (wanted !== undefined && found !== wanted) yield differs(name, found, wanted)
    }
    if (path !== undefined && !pathMatcher(path)(request.path)) yield differs('path', request.path, path)
    for (const [name, wanted] of Object.entries(query)) {
      const found = request.query[name]
      const differences = differencesBetween(found, wanted, name)
      if (!differences.next().done) yield differs(`query.${name}`, found, wanted)
    }
    if (Object.keys(body).length === 0) return
    if (request.body === null && request.body_length > 0) {
      yield () => `its body of ${request.body_length} characters is no JSON, or was too long or too deep`
      return
    }
    for (const { name, found, wanted } of differencesBetween(this.#journal.bodyOf(request), body, 'body'))
      yield differs(name, found, wanted)
  }
}

/** Tells by cheap attributes whether a request can match, so that the journal makes views of fewer of them. */
function prefilter({ method, path, status, error }: RequestMatcher): (entry: Noted) => boolean {
  const matchesPath = path === undefined ? () => true : pathMatcher(path)
  return (entry) =>
    (method === undefined || entry.method === method) &&
    (status === undefined || entry.status === status) &&
    (error === undefined || entry.error?.code === error) &&
    matchesPath(pathOf(entry.url))
}

/** The text of a reason, which is made for the nearest misses only. */
type Reason = () => string

interface Difference {
  readonly name: string
  readonly found: unknown
  readonly wanted: unknown
}

/** The places where a value lacks or contradicts what is wanted; further attributes of objects are no difference. */
function* differencesBetween(found: unknown, wanted: unknown, name: string): Generator<Difference, undefined> {
  if (isRecord(wanted) && isRecord(found)) {
    for (const [key, value] of Object.entries(wanted))
      yield* differencesBetween(Object.hasOwn(found, key) ? found[key] : undefined, value, `${name}.${key}`)
  } else if (Array.isArray(wanted) && Array.isArray(found) && wanted.length === found.length) {
    for (const [i, value] of wanted.entries()) yield* differencesBetween(found[i], value, `${name}[${i}]`)
  } else if (found !== wanted) yield { name, found, wanted }
}

/** `2`, `at least 2`, `1 to 3`. */
function describeCount(least: number, most: number): string {
  if (least === most) return String(least)
  if (most === Infinity) return `at least ${least}`
  return least === 0 ? `at most ${most}` : `${least} to ${most}`
}

/** A matcher on one line, without the values of its body, which may be secret. */
function describeMatcher({ method, path, status, error, query, body }: RequestMatcher): string {
  const call = [method ?? 'any method', path ?? 'any path'].join(' ')
  const more = [
    status !== undefined && `status ${status}`,
    error !== undefined && `error ${error}`,
    query && `the query ${shown(redacted(query))}`,
    body && `a body with ${Object.keys(body).join(', ')}`,
  ].filter(Boolean)
  return more.length > 0 ? `${call} with ${more.join(', ')}` : call
}

const count = z.int().nonnegative()

const notStatus = 'must be 0, or a whole number from 100 to 599'

const matcherShape = {
  method: oneOf(requestMethods).optional(),
  path: pathPattern.optional(),
  status: z.union([z.literal(0), z.int().min(100).max(599)], { error: notStatus }).optional(),
  error: z.string().optional(),
  query: z
    .record(z.string(), z.union([z.string(), z.array(z.string())], { error: 'must be text, or an array of texts' }))
    .optional(),
  body: z.record(z.string(), z.unknown()).optional(),
}

const RequestFilter = z.strictObject({
  method: matcherShape.method,
  path: matcherShape.path,
  status: matcherShape.status,
  limit: z.int().positive().optional(),
})

/** RequestFilter as parameters of a URL. */
const RequestQuery = RequestFilter.extend({
  status: z
    .string()
    .regex(/^(?:0|[1-5]\d\d)$/, { error: notStatus })
    .transform(Number)
    .optional(),
  limit: limitParameter.optional(),
})

const bounds = z
  .strictObject({ at_least: count.optional(), at_most: count.optional() })
  .refine(({ at_least = 0, at_most = Infinity }) => at_least <= at_most, {
    error: 'must not ask for more than it allows',
  })

const Verification = z.strictObject({
  ...matcherShape,
  count: z
    .union([count, bounds], { error: 'must be a whole number, or an object with at_least and at_most' })
    .optional(),
  sequence: z.array(z.strictObject(matcherShape)).min(1).optional(),
})

/** Throws a UsageError that names each problem of the input. */
function parseInput<Output>(schema: z.ZodType<Output>, input: unknown, task: string): Output {
  const result = parseGiven(schema, input)
  if (result.success) return result.data
  throw failedTo(task, problemsOf(schema, result.error))
}

const route = routeWith<{ readonly requests: Public<RequestControl> }>()

export const requestRoutes = [
  route({
    method: 'GET',
    path: '/_mock/requests',
    operation: 'listRequests',
    summary: 'The journal: the last calls of the API, the oldest first; `?method=`, `?path=`, `?status=`, `?limit=`',
    query: RequestQuery.shape,
    answers: { 200: 'requests' },
    handle: (call) => {
      const { requests } = call.mock
      return ok({ requests: requests.list(parseQuery(RequestQuery, call)), total_count: requests.count })
    },
  }),
  route({
    method: 'DELETE',
    path: '/_mock/requests',
    operation: 'clearRequests',
    summary: 'Empty the journal',
    answers: { 200: 'requests' },
    handle: ({ mock }) => {
      mock.requests.clear()
      return ok({ requests: [], total_count: 0 })
    },
  }),
  route({
    method: 'POST',
    path: '/_mock/requests/verify',
    operation: 'verifyRequests',
    summary: 'Check that calls were made as expected; 409 with the nearest misses if not',
    body: Verification,
    isReadOnly: true,
    answers: { 200: 'verification' },
    errors: ['verification-failed'],
    handle: ({ mock, body }) => {
      const requests = mock.requests.verify(body)
      return ok({ count: requests.length, requests })
    },
  }),
]
