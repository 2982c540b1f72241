import type { IncomingHttpHeaders } from 'node:http'
import { createRequire } from 'node:module'
import { tokenIn } from '../engine/authorization.ts'
import type { ApiError } from '../engine/errors.ts'
import { apiErrors } from '../engine/errors.ts'
import { type Answer, errorResponse, type ObjectStore } from '../engine/http/exchange.ts'
import { isControlPath } from '../engine/http/url.ts'
import { isLocalName, isLoopback, readAuthority, readName } from './host-names.ts'
import { isOfPage } from './inspector.ts'
import type { Rules } from './rules.ts'

/** Where a server listens. */
export interface Bound {
  /** The `host` option. */
  readonly host: string
  readonly address: string
  readonly port: number
  readonly url: string
  /** The object store that answers there, in place of the API and its control. */
  readonly store?: ObjectStore | undefined
}

/** The target of a request. */
export interface Target {
  readonly path: string
  /** Host and port, if the target is a full URL. */
  readonly authority?: string
}

/** The decision about a request. */
export interface Verdict {
  /** The answer to send instead of the mock's. */
  readonly answer?: Answer
  /** CORS headers, added to the answer. */
  readonly headers?: Readonly<Record<string, string>>
}

const allowed: Verdict = {}

/**
 * Protects a local server from pages of other origins (CSRF, DNS rebinding), and the control API from other machines.
 * Calls of the API itself need its tokens.
 */
export class Guard {
  /** The token that control calls need, if any. */
  readonly controlToken: string | undefined
  /** Whether others than this machine may call: from the network, or from pages of any origin. */
  readonly isExposed: boolean
  readonly #isLocal: boolean
  /** The last Host that was allowed: nearly every request has the same. */
  #lastHost: string | undefined

  constructor(
    readonly rules: Rules,
    readonly bound: Bound,
  ) {
    this.#isLocal = isLoopback(bound.address)
    this.isExposed = !this.#isLocal || rules.anyOrigin
    this.controlToken = rules.controlToken ?? (this.#isLocal ? undefined : nodeCrypto().randomBytes(16).toString('hex'))
  }

  check(method: string, { path, authority }: Target, headers: IncomingHttpHeaders): Verdict {
    const { host, origin } = headers
    if (host !== this.#lastHost) {
      if (!this.#isAllowedHost(host))
        return { answer: errorResponse(apiErrors.foreignHost(host as string, this.bound.url)) }
      this.#lastHost = host
    }
    if (authority !== undefined && !this.#isAllowedHost(authority)) {
      return { answer: errorResponse(apiErrors.foreignHost(authority, this.bound.url)) }
    }
    const isControl = !this.bound.store && isControlPath(path) && !isSigned(path)
    const isListed = origin !== undefined && this.rules.origins.has(origin)
    const isLetIn = isListed || (this.rules.anyOrigin && !isControl)
    if (!isLetIn && this.#isForeign(headers, isControl) && !isLinkToPage(method, path, headers)) {
      return { answer: errorResponse(apiErrors.foreignPage(origin, isControl, this.bound.url)) }
    }
    const mayRead = isLetIn && origin !== undefined
    if (mayRead && method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
      return { answer: preflight(origin, isListed, headers['access-control-request-headers']) }
    }
    const verdict = mayRead ? { headers: corsHeaders(origin, isListed) } : allowed
    if (!isControl) return verdict
    const needsNoToken = isHealth(method, path) || isOfPage(method, path, headers)
    const error = needsNoToken ? undefined : this.#tokenError(headers.authorization)
    return error ? { ...verdict, answer: errorResponse(error) } : verdict
  }

  /** Whether a Host is allowed. A request without one is not from a browser, so no page can have sent it. */
  #isAllowedHost(host: string | undefined): boolean {
    return !this.#isLocal || !host || this.#isKnownName(readAuthority(host)?.name)
  }

  #isKnownName(name: string | undefined): boolean {
    const { host, address } = this.bound
    return (
      name !== undefined &&
      (isLocalName(name) || name === readName(host) || name === readName(address) || this.rules.hosts.has(name))
    )
  }

  /**
   * Whether a request comes from a page of another site: the browser says so, or the origin of the page does where an
   * older browser says nothing. Pages of the same site, on another port, may send what they cannot read, but not to the
   * control API.
   */
  #isForeign({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders, isControl: boolean): boolean {
    if (origin === undefined) return site === 'cross-site'
    if (this.#isSameOrigin(origin, host)) return false
    return isControl || site === undefined || site === 'cross-site'
  }

  /** Whether an origin is that of this server: one of its names with its port, or the Host of the call. */
  #isSameOrigin(origin: string, host: string | undefined): boolean {
    if (!origin.startsWith('http://')) return false
    const authority = origin.slice('http://'.length)
    // Needed if any host name is allowed, or the port is forwarded; the Host itself was checked before.
    if (authority === host?.toLowerCase()) return true
    const from = readAuthority(authority)
    return from?.port === this.bound.port && this.#isKnownName(from.name)
  }

  #tokenError(authorization: string | undefined): ApiError | undefined {
    if (this.controlToken === undefined) return undefined
    const given = tokenIn(authorization, ['token', 'bearer'])
    if (given === undefined) return apiErrors.noControlToken()
    return equalInConstantTime(given, this.controlToken) ? undefined : apiErrors.wrongControlToken()
  }
}

/** Health is public: a client that waits for the server has no token yet. */
const isHealth = (method: string, path: string) =>
  (method === 'GET' || method === 'HEAD') && /^\/_mock\/health(?:[?#]|$)/.test(path)

/** Whether a link on a page of another site leads to the inspector, which neither reads nor changes a world. */
const isLinkToPage = (method: string, path: string, headers: IncomingHttpHeaders) =>
  headers.origin === undefined && headers['sec-fetch-dest'] === 'document' && isOfPage(method, path, headers)

/** A signed URL is a part of the API: it proves by itself that its object may be read. */
const isSigned = (path: string) => /^\/_mock\/buckets\/[^?#]*\?(?:[^#]*&)?signature=/.test(path)

/** Loaded where there is a control token only: on Node 20 it takes a tenth of the start. */
const nodeCrypto = (): typeof import('node:crypto') => createRequire(import.meta.url)('node:crypto')

/** Compares digests, so that timing shows neither content nor length. */
function equalInConstantTime(one: string, other: string): boolean {
  const { createHash, timingSafeEqual } = nodeCrypto()
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/**
 * Lets a page of that origin read the answer and its extra headers.
 *
 * @param isListed whether the origin is named, and so may send credentials
 */
const corsHeaders = (origin: string, isListed: boolean) => ({
  'access-control-allow-origin': origin,
  ...(isListed && { 'access-control-allow-credentials': 'true' }),
  'access-control-expose-headers': 'Mock-Ignored, Mock-Reason, Retry-After, Date, ETag, Content-Range, X-Goog-Hash',
  vary: 'Origin',
})

/** The answer to a CORS preflight, which a browser caches for ten minutes. */
function preflight(origin: string, isListed: boolean, wanted: string | undefined): Answer {
  const names = wanted !== undefined && /^[\w!#$%&'*+.^`|~, -]*$/.test(wanted) ? wanted : undefined
  return {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      ...(isListed && { 'access-control-allow-credentials': 'true' }),
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      ...(names && { 'access-control-allow-headers': names }),
      'access-control-max-age': '600',
      vary: 'Origin',
    },
    body: '',
  }
}
