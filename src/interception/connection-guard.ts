import dns from 'node:dns'
import http2 from 'node:http2'
import { isIP, Socket } from 'node:net'
import { canonicalHost, isLocal } from '../engine/webhook-hosts.ts'

/**
 * The error of a client that tries to reach a guarded host.
 *
 * @param origin whose calls are intercepted
 * @param other what was called, if it is another origin of this host
 */
const guardError = (origin: string, other?: string | undefined) =>
  Object.assign(
    new Error(
      other
        ? `ricloud-mock refused a connection to ${other}: the calls that it answers are those to ${origin}, with this scheme and port. ` +
            'Call that, give the mock the origin of your client as its option baseUrl, or allow such connections with listen({ guard: false }).'
        : `ricloud-mock refused a connection to ${new URL(origin).hostname}: it answers the calls to ${origin}, but msw did not intercept this one. ` +
            'Either its scheme or port is another one, or msw does not intercept this client, such as undici installed as a package and node:http2, or handlers before those of the mock let the call pass. ' +
            'Let such a client call a local server (serve() of ricloud-mock/standalone) by its base URL or an undici dispatcher, or allow its connections with listen({ guard: false }). ' +
            'The clients that are intercepted are listed in src/interception/README.md.',
    ),
    { code: 'ERR_RICLOUD_MOCK_GUARD' },
  )

/**
 * Refuses connections of this process to the host of a base URL, whatever client makes them: on this machine and in
 * private networks to its port, elsewhere to any port. Calls that msw intercepts make no connection. Returns a function
 * that allows them again.
 *
 * @param msw3 whether the server is one of msw 3, and listens already. It has clients connect also for calls that it
 *   answers, and replaces how they look up the host; so only the look-up can be refused then, and only that of a public host
 */
export function guardConnections(baseUrl: string, msw3: 'idle' | 'listening' | undefined): () => void {
  const base = new URL(baseUrl)
  const guarded = targetIn(base)
  const host = canonicalHost(guarded.host)
  const isPublic = !isLocal(guarded.host)
  const isGuarded = (to: Target) =>
    [to.host, to.servername].some((name) => isHost(name, host)) && (isPublic || String(to.port) === guarded.port)
  const ends = [
    ...(msw3 === 'listening' ? [] : [refuseConnections(base, isGuarded)]),
    ...(msw3 === 'listening' && isPublic && !isIP(host) ? [refuseLookUps(base, host)] : []),
    ...(msw3 ? [refuseSessions(base, isGuarded)] : []),
  ]
  return () => {
    for (const end of ends) end()
  }
}

const isHost = (name: unknown, host: string) => typeof name === 'string' && canonicalHost(name) === host
const targetIn = ({ hostname, port, protocol }: URL) => ({
  host: hostname,
  port: port || (protocol === 'https:' ? '443' : '80'),
})

/** The origin of a connection if it is not that of the base URL; undefined if it may be. */
function otherOrigin(base: URL, port: unknown, isEncrypted: boolean): string | undefined {
  const [own, called] = [targetIn(base).port, String(port)]
  // A socket without TLS may get it once it is connected.
  if (!isEncrypted && called !== '80') return called === own ? undefined : `${base.hostname}:${called}`
  const { origin } = new URL(`${isEncrypted ? 'https' : 'http'}://${base.hostname}:${called}`)
  return origin === base.origin ? undefined : origin
}

function refuseConnections(base: URL, isGuarded: (to: Target) => boolean): () => void {
  return patch(Socket.prototype, 'connect', (connect, socket, args) => {
    const { target, callback } = parametersOf(args)
    // msw 3 gives a socket that it answers on a `connect` of its own.
    if (!isGuarded(target) || Object.hasOwn(socket, 'connect')) return Reflect.apply(connect, socket, args)
    const other = otherOrigin(base, target.port, 'encrypted' in socket)
    const lookup = (...args: unknown[]) => refuse(guardError(base.origin, other), args)
    // As a host whose look-up fails; an address is not looked up.
    return Reflect.apply(connect, socket, [{ ...target, host: 'refused.invalid', lookup }, callback])
  })
}

function refuseLookUps(base: URL, host: string): () => void {
  return patch(dns, 'lookup', (lookup, self, args) =>
    isHost(args[0], host) ? refuse(guardError(base.origin), args) : Reflect.apply(lookup, self, args),
  )
}

/** msw 3 accepts the connection of an HTTP/2 session, and nothing ever answers on it. */
function refuseSessions(base: URL, isGuarded: (to: Target) => boolean): () => void {
  return patch(http2, 'connect', (connect, self, args) => {
    const authority = String(args[0])
    if (URL.canParse(authority) && isGuarded(targetIn(new URL(authority)))) throw guardError(base.origin)
    return Reflect.apply(connect, self, args)
  })
}

/** Answers a look-up, whose last argument is its callback. */
function refuse(error: Error, args: readonly unknown[]): void {
  const answer = args.at(-1) as (error: Error) => void
  queueMicrotask(() => answer(error))
}

interface Target {
  readonly host?: string
  readonly servername?: string
  readonly port?: number | string
}

/** The parameters of a socket's `connect`: `(options, callback)`, `(port, host, callback)`, or an array of either, as Node itself passes them. */
function parametersOf(args: readonly unknown[]): { target: Target; callback: unknown } {
  const [first, second, ...rest] = Array.isArray(args[0]) ? args[0] : args
  const callback = [second, ...rest].find((value) => typeof value === 'function')
  return { target: typeof first === 'object' ? (first ?? {}) : { port: first, host: second }, callback }
}

/** Replaces a method, until the function that it returns is called. One that was replaced again by then stays, as it was. */
function patch<Owner extends object, Key extends keyof Owner & string>(
  owner: Owner,
  key: Key,
  replacement: (method: Extract<Owner[Key], (...args: never) => unknown>, self: Owner, args: unknown[]) => unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor
  let isOn = true
  const value = new Proxy(before.value, {
    apply: (method, self, args) => (isOn ? replacement(method, self, args) : Reflect.apply(method, self, args)),
  })
  Object.defineProperty(owner, key, { ...before, value })
  return () => {
    isOn = false
    if (owner[key] === value) Object.defineProperty(owner, key, before)
  }
}
