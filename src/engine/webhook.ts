import { UsageError } from './errors.ts'
import { kindOf, nearest } from './messages.ts'
import { withoutTrailingSlashes } from './text.ts'
import { causeOf, codeOf, messageOf, nameOf, saidBy } from './thrown.ts'
import { present } from './time/clock.ts'
import { type Duration, parseDuration } from './time/duration.ts'
import { isObject } from './values.ts'

/** The outcome of a request to a webhook: its status, and the reason of a failure. */
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

/** The signed bytes: the seconds, a dot, and the raw body. */
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

/**
 * How a copy of a delivery is signed: `right`; `wrong`, for another body; `old`, an hour ago; `rotated`, with a secret
 * that is not the webhook's.
 */
export const copySignatures = ['right', 'wrong', 'old', 'rotated'] as const
export type CopySignature = (typeof copySignatures)[number]

/** Signs a copy of a delivery. */
export function copySignatureOf(kind: CopySignature, secret: string, seconds: number, body: string): Promise<string> {
  if (kind === 'wrong') return signatureOf(secret, seconds, `${body} `)
  if (kind === 'old') return signatureOf(secret, seconds - 3600, body)
  return signatureOf(kind === 'rotated' ? `${secret} before its rotation` : secret, seconds, body)
}

/**
 * When deliveries are first attempted: `sent` as they come, `reversed` within each minute, the newest first, or `late`,
 * an hour after their date.
 */
export const webhookOrders = ['sent', 'reversed', 'late'] as const
export type WebhookOrder = (typeof webhookOrders)[number]

/** When a delivery is first attempted, in microseconds, as its date is. */
export function firstAttempt(order: WebhookOrder, date: number): number {
  if (order === 'late') return date + 3600e6
  // The mirror image in the end of its minute, which no two have in common.
  return order === 'reversed' ? 2 * (Math.floor(date / 60e6) + 1) * 60e6 - date : date
}

/** Headers as an object of names and values: of Node's http, or of a framework such as Express. */
type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>

/** An object with a method that returns the value of a header: Headers of any implementation. */
interface HeaderSource {
  get(name: string): string | null | undefined
}

/** Names and values: a Map, or a list of pairs. */
type HeaderPairs = Iterable<readonly [string, string | readonly string[] | undefined]>

type HeaderForms = HeaderRecord | HeaderSource | HeaderPairs | readonly string[]

/** The headers of a received request in any usual form, or the whole request. */
export type ReceivedHeaders = HeaderForms | { readonly headers: HeaderForms }

/** The raw body of a received request: its text, or its bytes, also those of another realm, such as jsdom. */
export type ReceivedBody = string | ArrayBuffer | ArrayBufferView

export interface VerifyOptions {
  /**
   * How far the time of a signature may be from now: `10m` by default, the maximum age in the official client, and as
   * long into the future (assumed); null for any time.
   */
  readonly tolerance?: Duration | null | undefined
  /** The receiver's current time; real time by default. Pass `mock.clock.now()` if the virtual clock differs from it. */
  readonly now?: string | Date | undefined
}

/**
 * Whether a webhook was signed with the secret, at a time no further from now than the tolerance, before or after it.
 * Compares in constant time.
 *
 * @param headers of the request, or the whole request; `Ricloud-Signature` is read, whatever its case
 * @param body the raw body, before it is parsed
 * @param secret of the webhook config
 * @throws an Error that says what it got if the headers have no form that it knows, the body was parsed already, or an
 *   option is unknown or cannot be read
 */
export async function verifySignature(
  headers: ReceivedHeaders,
  body: ReceivedBody,
  secret: string,
  options: VerifyOptions = {},
): Promise<boolean> {
  const { tolerance = '10m', now, ...unknown } = options
  const [wrong] = Object.keys(unknown)
  if (wrong !== undefined) {
    throw new UsageError(`verifySignature knows no option "${wrong}".${nearest(wrong, ['tolerance', 'now'])}`)
  }
  const bytes = bytesOf(body)
  if (!bytes) {
    throw new UsageError(`The body must be text or bytes as they came, before they are parsed; got ${kindOf(body)}.`)
  }
  const longest = tolerance === null ? Infinity : parseDuration(tolerance)
  const instant = present(now)
  const [, seconds, base64] = /^t=(\d{1,12}),s=([A-Za-z0-9+/]{43}=)$/.exec(headerOf(headers)) ?? []
  if (seconds === undefined || base64 === undefined || !secret) return false
  const signature = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  // Two bits of the last letter are unused, so other texts would decode to the same signature.
  if (base64Of(signature) !== base64) return false
  const isGenuine = await crypto.subtle.verify('HMAC', await keyFor(secret), signature, signed(seconds, bytes))
  return isGenuine && Math.abs(instant - Number(seconds) * 1e6) <= longest
}

/** The bytes of a body; undefined if it is neither text nor bytes. Classes of another realm are not those of this one. */
function bytesOf(body: unknown): Uint8Array | undefined {
  if (typeof body === 'string') return encoder.encode(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  return isBuffer(body) ? new Uint8Array(body) : undefined
}

const isBuffer = (value: unknown): value is ArrayBuffer =>
  /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value))

/** The value of the header that signs a delivery; empty if there is none. Throws an Error if the headers have no known form. */
function headerOf(received: unknown): string {
  const headers = isObject(received) && isObject(received.headers) ? received.headers : received
  const found = isObject(headers) ? valueIn(headers) : undefined
  const [value = ''] = found === null ? [] : [found].flat()
  if (found !== undefined && typeof value === 'string') return value
  throw new UsageError(
    `The headers must be those of the request, as Headers, an object or a Map of names and values, or the whole request; got ${kindOf(found ?? headers)}.`,
  )
}

/** The value of that header; null if there is none, undefined if the headers have no known form. */
function valueIn(headers: Readonly<Record<PropertyKey, unknown>>): unknown {
  if (typeof headers[Symbol.iterator] === 'function')
    return valueInPairs([...(headers as unknown as Iterable<unknown>)])
  if (typeof headers.get === 'function') return headers.get(signatureHeader) ?? null
  const prototype = Object.getPrototypeOf(headers)
  // The prototype of plain objects of any realm has none itself.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined
  return valueInPairs(Object.entries(headers))
}

function valueInPairs(items: readonly unknown[]): unknown {
  // Node's rawHeaders are a flat list of names and values.
  const isFlat = items.length % 2 === 0 && items.every((item) => typeof item === 'string')
  const pairs = isFlat ? items.flatMap((name, i) => (i % 2 === 0 ? [[name, items[i + 1]]] : [])) : items
  if (!pairs.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string')) return undefined
  const found = (pairs as [string, unknown][]).find(([name]) => name.toLowerCase() === signatureHeader)
  return found?.[1] ?? null
}

/** The URL that an event is sent to: the webhook's URL, exactly one slash, and the event's ID (documented). */
export function deliveryUrl(url: string, event: string): string {
  const target = new URL(url)
  target.pathname = `${withoutTrailingSlashes(target.pathname)}/${event}`
  return target.href
}

/** The timeout of a delivery, in real milliseconds. */
const timeLimit = 10_000

/** Sends a signed body. Does not follow redirects, and never throws. */
export async function post(url: string, signature: string, body: string): Promise<Posted> {
  const signal = AbortSignal.timeout(timeLimit)
  const send = () =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Ricloud-Signature': signature },
      body,
      redirect: 'manual',
      signal,
    })
  try {
    const response = await send().catch((error) => {
      // The receiver may have closed a connection that was kept alive, which shows only when it is used again.
      if (closedCodes.has(codeOf(causeOf(error)) ?? '')) return send()
      throw error
    })
    // Only the status matters (documented), so the body is not read.
    response.body?.cancel().catch(() => {})
    const isRedirect = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)
    const error = isRedirect ? 'a redirect, which is not followed' : response.ok ? null : `status ${response.status}`
    return { status: response.status || null, error }
  } catch (error) {
    return { status: null, error: reasonOf(error, url) }
  }
}

/** What fetch of Node says of a connection that was closed before there was an answer. */
const closedCodes: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** Why there was no answer; what was thrown may be anything, since fetch may be replaced. */
function reasonOf(error: unknown, url: string): string {
  if (nameOf(error) === 'TimeoutError') return `no answer within ${timeLimit / 1000} s`
  const cause = causeOf(error)
  const said = codeOf(cause) ?? saidBy(cause) ?? messageOf(error)
  if (said !== 'bad port') return said
  const { port } = new URL(url)
  return `bad port: fetch calls no port that the standard of fetch blocks, such as ${port}; let the receiver listen on another, such as 8080`
}
