import { deepest } from './depth.ts'
import { either, kindOf, nearestFirst, printable, shown } from './messages.ts'
import { type Problem, problemText } from './place.ts'
import type { Reason } from './reason.ts'

/** The source of a fact about the API: its documentation, the official client, or an assumption of this project. */
export type Evidence = 'documented' | 'observed' | 'assumed'

/** An error of an API: its status, when it occurs, and the evidence. */
export interface ErrorFact {
  readonly status: number
  readonly evidence: Evidence
  /** The part of it that is assumed although the error itself is documented or observed. */
  readonly assumed?: string
  readonly when: string
}

export type ErrorCatalogue = Readonly<Record<string, ErrorFact>>

const fact = (status: number, when: string): ErrorFact => ({ status, evidence: 'assumed', when })

/** The errors that the engine itself answers with; an API may replace their descriptions. */
const engineErrors: ErrorCatalogue = {
  'invalid-body': fact(
    400,
    'the body is not JSON, not an object, too large, or nested too deep, or path and headers are too large',
  ),
  'invalid-parameter': fact(400, 'a parameter fails validation; `params` says which, and why'),
  unauthorized: fact(401, 'the call carries no valid token'),
  forbidden: fact(403, 'the call is not allowed'),
  'limit-exceeded': fact(403, 'a limit would be exceeded'),
  'not-found': fact(404, 'an unknown path or ID, or a method that the path does not offer'),
  'too-many-requests': fact(429, 'a rate limit is exceeded, with `Retry-After`'),
  'internal-server-error': fact(500, 'a scripted fault, or a bug of the mock'),
}

/** Every error that an API can answer with: its own, and those of the engine. */
export const allErrors = (own: ErrorCatalogue): ErrorCatalogue => ({ ...own, ...missingFrom(own, engineErrors) })

const missingFrom = (own: ErrorCatalogue, errors: ErrorCatalogue) =>
  Object.fromEntries(Object.entries(errors).filter(([code]) => !Object.hasOwn(own, code)))

/**
 * Wrong use of the mock by the developer. Errors that are neither this nor an ApiError count as bugs of the mock. If it
 * has no problems, the message is complete.
 */
export class UsageError extends Error {
  /** The problems as text; each begins with its place and a colon, if it has one. */
  readonly problems: readonly string[]

  /** @param placed the problems with their places */
  constructor(
    message: string,
    readonly placed: readonly Problem[] = [],
  ) {
    super(printable(message))
    this.problems = placed.map(problemText)
  }
}

/** The error of work that failed by these problems, which its message lists. */
export const failedTo = (work: string, placed: readonly Problem[]) =>
  new UsageError(`Failed to ${work}: ${placed.map(problemText).join('; ')}`, placed)

/** The error of work that failed by one parameter, as a sentence: `Failed to create a world: worlds is …`. */
export const parameterError = (work: string, name: string, what: string) =>
  new UsageError(`Failed to ${work}: ${name} ${what}.`, [{ path: [name], what }])

/** The faults of parameters, by dotted name: `{"source.type": ["must be …"]}`. */
export type ParameterFaults = Readonly<Record<string, readonly string[]>>

/** The entry for further parameters at fault, which are too many to be described. */
export const moreFaults = (count: number): [name: string, faults: string[]] => [`${count} more`, ['have problems too']]

/** An error of the API; the router turns it into an error response. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  #reason: Reason | undefined

  /** @param more additional attributes of the body, used by the control API */
  constructor(
    readonly code: string,
    message: string,
    readonly params?: ParameterFaults,
    readonly headers?: Readonly<Record<string, string>>,
    readonly status: number = engineErrors[code]?.status ?? 500,
    readonly more: object = {},
  ) {
    super(message)
  }

  /** Why the call got this error; by default as far as its message tells. */
  get reason(): Reason {
    return this.#reason ?? { rule: this.code, values: {}, sentence: this.message }
  }

  /** Gives the reason, which may tell what the message must hide. Returns the error. */
  because(reason: Reason): this {
    this.#reason = reason
    return this
  }

  body(): { error: string; message: string; params?: ParameterFaults } {
    return { error: this.code, message: this.message, ...(this.params && { params: this.params }), ...this.more }
  }
}

/** The error for invalid parameters; its message names at most five faults in one sentence. */
export function invalidParameter(params: ParameterFaults): ApiError {
  const clauses = Object.entries(params).flatMap(([name, faults]) =>
    faults.map((fault) => `${name} ${fault.replace(/\.$/, '')}`),
  )
  const rest = clauses.length > 5 ? [`and ${clauses.length - 5} more`] : []
  const sentence = `Invalid parameters: ${[...clauses.slice(0, 5), ...rest].join('; ')}`
  return new ApiError('invalid-parameter', sentence.endsWith('?') ? sentence : `${sentence}.`, params)
}

/** All other errors, with their messages. */
export const apiErrors = {
  bodyNotJson: (reason: string) => new ApiError('invalid-body', `The body is not valid JSON: ${reason}.`),
  bodyNotObject: (body: unknown) =>
    new ApiError('invalid-body', `The body must be a JSON object, got ${kindOf(body)}.`),
  bodyTooDeep: () => new ApiError('invalid-body', `The body is nested deeper than ${deepest} levels.`),
  bodyCut: () => new ApiError('invalid-body', 'The body ended before it was complete.'),
  notHttp: () => new ApiError('invalid-body', 'The request is not valid HTTP.'),
  tooSlow: () => new ApiError('invalid-body', 'The request took too long to arrive.'),
  headTooLarge: (limit: number) => new ApiError('invalid-body', `The path and headers are larger than ${limit} bytes.`),
  bodyTooLarge: (limit: number) => new ApiError('invalid-body', `The body is larger than ${limit} bytes.`),

  noToken: () =>
    new ApiError('unauthorized', 'The call carries no token: send the header "Authorization: Token <token>".'),
  malformedToken: () =>
    new ApiError('unauthorized', 'The Authorization header is not understood: send "Authorization: Token <token>".'),
  unknownToken: (why: string) => new ApiError('unauthorized', `The token is unknown, or it was revoked.${why}`),

  noTest: (running: boolean) =>
    new ApiError(
      'unauthorized',
      running
        ? 'The token belongs to no running test, and several tests may run at the same time: give the client the token of its test, `ricloud.token`.'
        : 'No test runs that has a world of ricloud-mock: the call came before or after one.',
    ),
  testEnded: (name: string) =>
    new ApiError(
      'unauthorized',
      `The token belongs to a test that ended before this call came${name && `, ${shown(name)}`}: await the calls of a test within it.`,
    ),

  noControlToken: () =>
    new ApiError(
      'unauthorized',
      'Control calls need the control token here: send the header "Authorization: Token <control token>".',
    ),
  wrongControlToken: () =>
    new ApiError(
      'unauthorized',
      'That is not the control token (which is not the token of a key): send "Authorization: Token <control token>" with the token that the server printed or was given at start.',
    ),
  foreignHost: (host: string, url: string) =>
    new ApiError(
      'forbidden',
      `The server does not answer to the host ${shown(host)}: call it by a local name, as in ${url}, or allow the name with allowedHosts (--allowed-host).`,
    ),
  foreignPage: (origin: string | undefined, isControl: boolean, url: string) =>
    new ApiError(
      'forbidden',
      `${isControl ? 'The control API' : 'The server'} does not answer pages of ${origin === undefined ? 'other sites' : `the origin ${shown(origin)}`}: call it from ${url}, or list the origin by name in cors.`,
    ),

  signedUrl: (problem: 'altered' | 'expired') =>
    new ApiError(
      'forbidden',
      problem === 'expired'
        ? 'The signed URL has expired on the virtual clock, and there is no new one: read the object with the credentials of its bucket, or let signed URLs last longer.'
        : 'The signed URL was altered: its signature is not that of its path and expiry.',
    ),

  noSuchRange: (size: number) =>
    new ApiError(
      'range-not-satisfiable',
      `The header Range asks for bytes beyond the end of the object, which has ${size}.`,
      undefined,
      { 'content-range': `bytes */${size}` },
      416,
    ),
  otherVersion: (md5: string) =>
    new ApiError(
      'precondition-failed',
      `The header If-Match or If-Unmodified-Since asks for another version of the object, which has the ETag "${md5}".`,
      undefined,
      {},
      412,
    ),

  unknownId: (resource: string, id: string, hint = '') =>
    new ApiError('not-found', `No ${resource} has the ID ${shown(id)}.${hint}`),
  unknownName: (kind: string, name: string, known: readonly string[]) => {
    const list = known.length === 0 ? 'there are none' : `there are ${either(known)}`
    return new ApiError('not-found', `No ${kind} is called ${shown(name)}${nearestFirst(name, known, list)}`)
  },
  noObject: (url: string, elsewhere?: string) =>
    new ApiError(
      'not-found',
      `No object is at ${shown(url)}${elsewhere === undefined ? '' : `, but one at ${shown(elsewhere)}`}.`,
    ),
  removedObject: (url: string) =>
    new ApiError(
      'not-found',
      `No object is at ${shown(url)} any more: the URL is signed and has not expired, but its object was removed, by a clean-up, a reset or a snapshot.`,
    ),
  unknownPath: (path: string, hint: string) =>
    new ApiError('not-found', `Nothing is at the path ${shown(path)}.${hint}`),
  methodNotOffered: (method: string, path: string, offered: readonly string[], hint: string) =>
    new ApiError(
      'not-found',
      `${shown(path)} does not offer ${shown(method)}; it offers ${offered.join(', ')}.${hint && ` ${hint}`}`,
    ),

  tooManyRequests: (seconds: number, problem = 'Too many requests') =>
    new ApiError('too-many-requests', `${problem}: wait ${seconds} s.`, undefined, {
      'retry-after': String(seconds),
    }),

  scripted: (status: number, retryAfter: number | undefined) =>
    new ApiError(
      codeOf(status),
      'A scripted fault.',
      undefined,
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      status,
    ),

  wasReset: () =>
    new ApiError(
      'internal-server-error',
      'The mock was reset while this call waited; the call had no effect after that.',
    ),
  moveWasReset: (move: string) =>
    new ApiError(
      'internal-server-error',
      `The mock was reset, or its test ended, while ${move} was still moving time: await it.`,
    ),

  bug: () =>
    new ApiError(
      'internal-server-error',
      'ricloud-mock itself failed on this call: a bug of the mock, not of the API.',
    ),
} as const

/** The error code of a status that a fault scripts. */
function codeOf(status: number): string {
  const codes: Readonly<Record<number, string>> = {
    400: 'invalid-parameter',
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not-found',
    429: 'too-many-requests',
  }
  return codes[status] ?? 'internal-server-error'
}
