import { kindOf, shown } from './messages.ts'

/** Where a fact of the API comes from: its own pages, the official client, or a decision of ours. */
export type Evidence = 'documented' | 'observed' | 'assumed'

/** What is told of an error of the API. */
interface ErrorFact {
  readonly status: number
  readonly evidence: Evidence
  /** What of it is a decision of ours although the error itself is not. */
  readonly assumed?: string
  readonly when: string
}

/** Every error that the API answers with; the README's table, the documents and the tests come from here. */
export const errorCatalogue = {
  'invalid-body': {
    status: 400,
    evidence: 'documented',
    assumed: 'size',
    when: 'the body is not JSON, not an object, or larger than 1 MiB',
  },
  'invalid-parameter': {
    status: 400,
    evidence: 'documented',
    when: 'a parameter fails validation; `params` says which, and why',
  },
  unconfigured: {
    status: 400,
    evidence: 'documented',
    assumed: 'status',
    when: 'the organisation lacks the configuration that the call needs',
  },
  'session-expired': {
    status: 400,
    evidence: 'documented',
    assumed: 'status',
    when: 'the session used is expired; no endpoint offered so far uses a session',
  },
  unauthorized: {
    status: 401,
    evidence: 'documented',
    assumed: 'code',
    when: 'no token, an unknown or a revoked one, or its key is deactivated, blocked or expired',
  },
  'missing-scope': {
    status: 403,
    evidence: 'documented',
    assumed: 'status',
    when: 'the organisation lacks the permission scope',
  },
  'limit-exceeded': {
    status: 403,
    evidence: 'documented',
    assumed: 'status',
    when: 'a permission limit would be broken',
  },
  forbidden: {
    status: 403,
    evidence: 'assumed',
    when: 'the organisation, user or source is deactivated or blocked, or a super-only parameter is not allowed',
  },
  'not-found': {
    status: 404,
    evidence: 'documented',
    assumed: 'code',
    when: 'an unknown path or ID, or a method that the path does not offer',
  },
  'too-many-requests': {
    status: 429,
    evidence: 'documented',
    assumed: 'code and header',
    when: 'a rate limit is exceeded, with `Retry-After`; off unless scripted',
  },
  'internal-server-error': {
    status: 500,
    evidence: 'documented',
    assumed: 'code',
    when: 'a scripted fault, or a bug of the mock',
  },
} as const satisfies Readonly<Record<string, ErrorFact>>

export type ErrorCode = keyof typeof errorCatalogue

/** Errors of the control API alone, all of our making. */
export const controlErrorCatalogue = {
  'verification-failed': { status: 409, when: 'calls did not come as they should' },
} as const
export type ControlErrorCode = keyof typeof controlErrorCatalogue

const statuses = { ...errorCatalogue, ...controlErrorCatalogue }

/**
 * A mistake of the developer who arranges the mock; a bug of ours is any other Error.
 *
 * Each of the `problems` begins with its place and a colon; without them the message says all.
 */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly problems: readonly string[] = [],
  ) {
    super(message)
  }
}

/** What is wrong, by the dotted name of the parameter: `{"source.type": ["must be …"]}`. */
export type ParameterFaults = Readonly<Record<string, readonly string[]>>

/** An error that the API itself would answer with; the route wrapper turns it into an answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  /** @param more what else its body tells, in the control API */
  constructor(
    readonly code: ErrorCode | ControlErrorCode,
    message: string,
    readonly params?: ParameterFaults,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly status: number = statuses[code].status,
    readonly more: object = {},
  ) {
    super(message)
  }

  body(): { error: string; message: string; params?: ParameterFaults } {
    return { error: this.code, message: this.message, ...(this.params && { params: this.params }), ...this.more }
  }
}

/** Wrong parameters, each with what is wrong; the message says all of it in one sentence. */
export function invalidParameter(params: ParameterFaults): ApiError {
  const clauses = Object.entries(params).flatMap(([name, faults]) =>
    faults.map((fault) => `${name} ${fault.replace(/\.$/, '')}`),
  )
  const rest = clauses.length > 5 ? [`and ${clauses.length - 5} more`] : []
  const sentence = `Invalid parameters: ${[...clauses.slice(0, 5), ...rest].join('; ')}`
  return new ApiError('invalid-parameter', sentence.endsWith('?') ? sentence : `${sentence}.`, params)
}

/** The sentences of all other errors, in one place. */
export const apiErrors = {
  bodyNotJson: (reason: string) => new ApiError('invalid-body', `The body is not valid JSON: ${reason}.`),
  bodyNotObject: (body: unknown) =>
    new ApiError('invalid-body', `The body must be a JSON object, got ${kindOf(body)}.`),
  bodyCut: () => new ApiError('invalid-body', 'The body ended before it was complete.'),
  notHttp: () => new ApiError('invalid-body', 'The request is not HTTP that can be read.'),
  tooSlow: () => new ApiError('invalid-body', 'The request took too long to arrive.'),
  headTooLarge: (limit: number) => new ApiError('invalid-body', `The path and headers are larger than ${limit} bytes.`),
  bodyTooLarge: (limit: number) => new ApiError('invalid-body', `The body is larger than ${limit} bytes.`),

  unconfigured: () =>
    new ApiError(
      'unconfigured',
      'The organisation is not configured: it lacks a valid storage config, without which results cannot be published.',
    ),

  noToken: () =>
    new ApiError('unauthorized', 'The call carries no token: send the header "Authorization: Token <token>".'),
  malformedToken: () =>
    new ApiError('unauthorized', 'The Authorization header is not understood: send "Authorization: Token <token>".'),
  unknownToken: (why: string) => new ApiError('unauthorized', `The token is unknown, or it was revoked.${why}`),
  keyNotActive: (state: string) => new ApiError('unauthorized', `The key of this token is ${state}.`),

  noTest: (running: boolean) =>
    new ApiError(
      'unauthorized',
      running
        ? 'Tests that may run at once are told apart by their tokens, and this one names none: give the client the token of its test, `ricloud.token`.'
        : 'No test runs that has a world of ricloud-mock: the call came before or after one.',
    ),

  noControlToken: () =>
    new ApiError(
      'unauthorized',
      'Control calls need the control token here: send the header "Authorization: Token <control token>".',
    ),
  wrongControlToken: () =>
    new ApiError(
      'unauthorized',
      'That is not the control token, which is no key\'s: send "Authorization: Token <control token>" as the server said or was told at start.',
    ),
  foreignHost: (host: string, url: string) =>
    new ApiError(
      'forbidden',
      `The server does not answer to the host ${shown(host)}: call it by a local name, as in ${url}, or allow the name with allowedHosts (--allowed-host).`,
    ),
  foreignOrigin: (origin: string, url: string) =>
    new ApiError(
      'forbidden',
      `The control API does not answer pages of the origin ${shown(origin)}: call it from ${url}, or list the origin by name in cors.`,
    ),

  organisationClosed: (state: string) => new ApiError('forbidden', `The organisation is ${state}.`),
  superOnly: (parameter: string) =>
    new ApiError('forbidden', `The parameter "${parameter}" is for super organisations only.`),
  userClosed: (id: number, state: string) =>
    new ApiError('forbidden', `The user ${id} is ${state} and gets no new sessions.`),
  sourceClosed: (id: number, state: string) =>
    new ApiError('forbidden', `The source ${id} is ${state} and gets no new sessions.`),
  basePermissions: (id: number) =>
    new ApiError('forbidden', `The permissions ${id} are the organisation's base, which it cannot change.`),
  stateLocked: (resource: string, id: number, state: string) =>
    new ApiError('forbidden', `The ${resource} ${id} is ${state}, which its organisation cannot change.`),

  missingScope: (scope: string) => new ApiError('missing-scope', `The organisation lacks the scope "${scope}".`),
  limitExceeded: (scope: string, level: string, value: number, count: number) =>
    new ApiError(
      'limit-exceeded',
      `The scope "${scope}" allows ${value} for each ${level}, and there are ${count} already.`,
    ),

  unknownId: (resource: string, id: string) => new ApiError('not-found', `No ${resource} has the ID ${shown(id)}.`),
  unknownPath: (path: string, hint: string) =>
    new ApiError('not-found', `Nothing is at the path ${shown(path)}.${hint}`),
  methodNotOffered: (method: string, path: string, offered: readonly string[], hint: string) =>
    new ApiError(
      'not-found',
      `${shown(path)} does not offer ${shown(method)}; it offers ${offered.join(', ')}.${hint && ` ${hint}`}`,
    ),

  tooManyRequests: (seconds: number) =>
    new ApiError('too-many-requests', `Too many requests: wait ${seconds} s.`, undefined, {
      'retry-after': String(seconds),
    }),

  scripted: (status: number, retryAfter: number | undefined) =>
    new ApiError(
      codeOf(status),
      'A scripted fault of the scenario.',
      undefined,
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      status,
    ),

  wasReset: () =>
    new ApiError('internal-server-error', 'The mock was reset while this call waited; it changed nothing since.'),

  bug: () =>
    new ApiError(
      'internal-server-error',
      'ricloud-mock itself failed on this call: a bug of the mock, not of the API.',
    ),
} as const

/** The code that a status alone suggests. */
function codeOf(status: number): ErrorCode {
  const codes: Readonly<Record<number, ErrorCode>> = {
    400: 'invalid-parameter',
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not-found',
    429: 'too-many-requests',
  }
  return codes[status] ?? 'internal-server-error'
}
