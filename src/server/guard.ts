import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ApiError } from '../engine/errors.ts'
import { apiErrors } from '../engine/errors.ts'
import { type Answer, errorResponse } from '../engine/http/exchange.ts'
import { isOfPage } from './inspector.ts'
import { isLocalName, isLoopback, readAuthority, readName } from './names.ts'
import type { Rules } from './rules.ts'

/** Where a server listens. */
export interface Bound {
  /** As it was asked for. */
  readonly host: string
  readonly address: string
  readonly port: number
  readonly url: string
}

/** Where a request goes. */
export interface Target {
  readonly path: string
  /** Host and port, where the request names the whole URL. */
  readonly authority?: string
}

/** What becomes of a request. */
export interface Verdict {
  /** In place of the mock's answer. */
  readonly answer?: Answer
  /** For the browser, added to whatever is answered. */
  readonly headers?: Readonly<Record<string, string>>
}

const pass: Verdict = {}

/**
 * Keeps pages of others away from a server on the developer's own machine, and strangers in the network away from its
 * control API. The API itself has its tokens.
 */
export class Guard {
  /** What control calls must carry, if anything. */
  readonly controlToken: string | undefined
  readonly #isLocal: boolean
  /** The last Host that passed: nearly every request has the same. */
  #lastHost: string | undefined

  constructor(
    readonly rules: Rules,
    readonly bound: Bound,
  ) {
    this.#isLocal = isLoopback(bound.address)
    this.controlToken = rules.controlToken ?? (this.#isLocal ? undefined : randomBytes(16).toString('hex'))
  }

  judge(method: string, { path, authority }: Target, headers: IncomingHttpHeaders): Verdict {
    const { host, origin } = headers
    if (host !== this.#lastHost) {
      if (!this.#answersTo(host))
        return { answer: errorResponse(apiErrors.foreignHost(host as string, this.bound.url)) }
      this.#lastHost = host
    }
    if (authority !== undefined && !this.#answersTo(authority)) {
      return { answer: errorResponse(apiErrors.foreignHost(authority, this.bound.url)) }
    }
    const isControl = path.startsWith('/_mock') && /^\/_mock(?:[/?#]|$)/.test(path)
    if (origin === undefined && !isControl) return pass

    const isListed = origin !== undefined && this.rules.origins.has(origin)
    const mayRead = isListed || (origin !== undefined && this.rules.anyOrigin && !isControl)
    if (mayRead && method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
      return { answer: preflight(origin, headers['access-control-request-headers']) }
    }
    const verdict = mayRead ? { headers: readable(origin) } : pass
    if (!isControl) return verdict
    if (origin !== undefined && !isListed && !this.#isOwn(origin, host)) {
      return { answer: errorResponse(apiErrors.foreignOrigin(origin, this.bound.url)) }
    }
    const isOpen = isHealth(method, path) || isOfPage(method, path, headers)
    const error = isOpen ? undefined : this.#tokenFault(headers.authorization)
    return error ? { ...verdict, answer: errorResponse(error) } : verdict
  }

  /** Whether the server may be called so. A request without a Host comes from no browser, so no page can have sent it. */
  #answersTo(host: string | undefined): boolean {
    return !this.#isLocal || !host || this.#isOurs(readAuthority(host)?.name)
  }

  #isOurs(name: string | undefined): boolean {
    const { host, address } = this.bound
    return (
      name !== undefined &&
      (isLocalName(name) || name === readName(host) || name === readName(address) || this.rules.hosts.has(name))
    )
  }

  /** Whether a page of this server calls: by one of its names and its port, or by the very host that the call goes to. */
  #isOwn(origin: string, host: string | undefined): boolean {
    if (!origin.startsWith('http://')) return false
    const authority = origin.slice('http://'.length)
    // Where any name reaches the server, or its port is forwarded, this alone tells; the Host has been judged before.
    if (authority === host?.toLowerCase()) return true
    const from = readAuthority(authority)
    return from?.port === this.bound.port && this.#isOurs(from.name)
  }

  #tokenFault(authorization: string | undefined): ApiError | undefined {
    if (this.controlToken === undefined) return undefined
    const [, given] = /^(?:Token|Bearer) +(\S+)$/i.exec(authorization ?? '') ?? []
    if (given === undefined) return apiErrors.noControlToken()
    return equalInConstantTime(given, this.controlToken) ? undefined : apiErrors.wrongControlToken()
  }
}

/** Readiness is nobody's secret, and whoever waits for it has no token yet. */
const isHealth = (method: string, path: string) =>
  (method === 'GET' || method === 'HEAD') && /^\/_mock\/health(?:[?#]|$)/.test(path)

/** By digests, so that neither content nor length shows in the time it takes. */
function equalInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** What lets a page of that origin read the answer, and the headers that say more than the body. */
const readable = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'Mock-Ignored, Retry-After, Date',
  vary: 'Origin',
})

/** The answer to a browser that asks before it calls; it asks again after ten minutes. */
function preflight(origin: string, wanted: string | undefined): Answer {
  const names = wanted !== undefined && /^[\w!#$%&'*+.^`|~, -]*$/.test(wanted) ? wanted : undefined
  return {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      ...(names && { 'access-control-allow-headers': names }),
      'access-control-max-age': '600',
      vary: 'Origin',
    },
    body: '',
  }
}
