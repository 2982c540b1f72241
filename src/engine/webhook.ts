import { UsageError } from './errors.ts'
import { kindOf, nearest } from './messages.ts'
import { type Duration, parseDuration, present } from './time/clock.ts'

/** What a webhook came to: a status, or why there is none that counts. */
export interface Posted {
  readonly status: number | null
  readonly error: string | null
}

const encoder = new TextEncoder()

/** The header that signs a delivery (documented). */
export const signatureHeader = 'ricloud-signature'

async function keyFor(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])
}

/** What is signed: the seconds, a dot, and the body as it is. */
function signed(seconds: number | string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(`${seconds}.`)
  const all = new Uint8Array(head.length + body.length)
  all.set(head)
  all.set(body, head.length)
  return all
}

const base64Of = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))

/**
 * Signs a body: `t=<unix seconds>,s=<base64 of HMAC-SHA256(secret, "<t>.<body>")>` (observed).
 *
 * @param seconds since 1970
 */
export async function signatureOf(secret: string, seconds: number, body: string): Promise<string> {
  const digest = await crypto.subtle.sign('HMAC', await keyFor(secret), signed(seconds, encoder.encode(body)))
  return `t=${seconds},s=${base64Of(new Uint8Array(digest))}`
}

/** Headers as a receiver has them: of a Request, or of Node's http, of Express and the like. */
export type ReceivedHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

export interface VerifyOptions {
  /** How old a signature may be: `10m` by default, as in the official client; null for any age. */
  readonly tolerance?: Duration | null | undefined
  /** What time it is to the receiver; the present by default. Behind a clock that was moved, `mock.clock.now()`. */
  readonly now?: string | Date | undefined
}

/**
 * Whether a webhook was sent by whoever knows the secret, and not too long ago. Compares in constant time.
 *
 * @param headers of the request; `Ricloud-Signature` is read, whatever its case
 * @param body as it came, before it is parsed
 * @param secret of the webhook config
 * @throws an Error if an option is unknown or cannot be read, or the body was parsed already
 */
export async function verifySignature(
  headers: ReceivedHeaders,
  body: string | Uint8Array,
  secret: string,
  options: VerifyOptions = {},
): Promise<boolean> {
  const { tolerance = '10m', now, ...unknown } = options
  const [wrong] = Object.keys(unknown)
  if (wrong !== undefined) {
    throw new UsageError(`verifySignature knows no option "${wrong}".${nearest(wrong, ['tolerance', 'now'])}`)
  }
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new UsageError(`The body must be text or bytes as they came, before they are parsed; got ${kindOf(body)}.`)
  }
  const longest = tolerance === null ? Infinity : parseDuration(tolerance)
  const instant = present(now)
  const [, seconds, base64] = /^t=(\d{1,12}),s=([A-Za-z0-9+/]{43}=)$/.exec(headerOf(headers)) ?? []
  if (seconds === undefined || base64 === undefined || !secret) return false
  const signature = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  // The last letter has two bits to spare, by which other texts would be the same signature.
  if (base64Of(signature) !== base64) return false
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  const isGenuine = await crypto.subtle.verify('HMAC', await keyFor(secret), signature, signed(seconds, bytes))
  return isGenuine && instant - Number(seconds) * 1e6 <= longest
}

function headerOf(headers: ReceivedHeaders): string {
  if (headers instanceof Headers) return headers.get(signatureHeader) ?? ''
  const [, value = ''] = Object.entries(headers).find(([name]) => name.toLowerCase() === signatureHeader) ?? []
  return typeof value === 'string' ? value : (value[0] ?? '')
}

/** Where an event is sent: the webhook's URL, exactly one slash, and the event's ID (documented). */
export function deliveryUrl(url: string, event: string): string {
  const target = new URL(url)
  target.pathname = `${target.pathname.replace(/\/+$/, '')}/${event}`
  return target.href
}

/** Milliseconds of real time that a receiver has for its answer. */
const timeLimit = 10_000

/** Sends a signed body. Redirects are not followed; it never throws. */
export async function post(url: string, signature: string, body: string): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Ricloud-Signature': signature },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeLimit),
    })
    // The status decides (documented); what else comes is nobody's.
    response.body?.cancel().catch(() => {})
    const isRedirect = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)
    const error = isRedirect ? 'a redirect, which is not followed' : response.ok ? null : `status ${response.status}`
    return { status: response.status || null, error }
  } catch (error) {
    return { status: null, error: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  if (name === 'TimeoutError') return `no answer within ${timeLimit / 1000} s`
  return cause?.code ?? cause?.message ?? message
}

/**
 * Whether a host is in reach of no stranger: this machine, a private network, or a name that only a private network
 * knows.
 */
export function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const [a = 0, b = 0] = host.split('.').map(Number)
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return a === 127 || a === 10 || a === 0 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)
  }
  if (host.includes(':')) return host === '::1' || host === '::' || /^(?:f[cd]|fe[89ab])/.test(host)
  // A cloud's own address book is nobody's webhook.
  if (host === 'metadata.google.internal') return false
  return !host.includes('.') || /\.(?:localhost|local|internal|test|lan|home\.arpa)$/.test(host)
}
