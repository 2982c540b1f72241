import { ApiError, type ErrorCatalogue } from '../engine/errors.ts'

/** Every error of the API. The table of errors, the OpenAPI document and the tests are made from it. */
export const errorCatalogue = {
  'invalid-body': {
    status: 400,
    evidence: 'documented',
    assumed: 'size and depth',
    when: 'the body is not JSON, not an object, larger than 1 MiB, or nested deeper than 100 levels; or path and headers are larger than 16 KiB',
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
    when: 'the session that is used has expired',
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
    when: 'the organisation, user or source is deactivated or blocked, a key that is not active is rotated, or a super-only parameter is not allowed',
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
} as const satisfies ErrorCatalogue

export type ErrorCode = keyof typeof errorCatalogue

const apiError = (code: ErrorCode, message: string) =>
  new ApiError(code, message, undefined, undefined, errorCatalogue[code].status)

/** The errors that only ricloud has, by name. */
export const ricloudErrors = {
  /** @param config where results would be published; null for nowhere */
  unconfigured: (config: number | null, state = 'deleted') =>
    apiError(
      'unconfigured',
      config === null
        ? 'The organisation is not configured: neither its storage_config_default nor the storage_config of the key says where to publish results.'
        : `The organisation is not configured: the storage config ${config}, where results would be published, is ${state}.`,
    ),
  keyNotActive: (state: string) => apiError('unauthorized', `The key of this token is ${state}.`),
  keyNotRotated: (id: number, state: string) =>
    apiError('forbidden', `The key ${id} is ${state} and cannot be rotated.`),
  organisationClosed: (state: string) => apiError('forbidden', `The organisation is ${state}.`),
  superOnly: (parameter: string) =>
    apiError('forbidden', `The parameter "${parameter}" is for super organisations only.`),
  userClosed: (id: number, state: string) =>
    apiError('forbidden', `The user ${id} is ${state} and gets no new sessions.`),
  sourceClosed: (id: number, state: string) =>
    apiError('forbidden', `The source ${id} is ${state} and gets no new sessions.`),
  /** @param until of a locked source; null for good */
  getsNoPolls: (resource: string, id: number, state: string, until?: string | null) =>
    apiError('forbidden', `The ${resource} ${id} is ${state}${until ? ` until ${until}` : ''} and gets no new polls.`),
  sessionExpired: (id: string) =>
    apiError('session-expired', `The session ${id} has expired: start a new one on its source.`),
  basePermissions: (id: number) =>
    apiError('forbidden', `The permissions ${id} are the organisation's base, which it cannot change.`),
  stateLocked: (resource: string, id: number, state: string) =>
    apiError('forbidden', `The ${resource} ${id} is ${state}, which its organisation cannot change.`),
  missingScope: (scope: string) => apiError('missing-scope', `The organisation lacks the scope "${scope}".`),
  limitExceeded: (scope: string, level: string, value: number, count: number, added: number) =>
    apiError(
      'limit-exceeded',
      `The scope "${scope}" allows ${value} for each ${level}, and there are ${count} already${added > 1 ? `; this would add ${added}` : ''}.`,
    ),
} as const
