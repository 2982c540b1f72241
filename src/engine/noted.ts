import { BoundedMap } from './bounded-map.ts'
import type { Answer, HeaderValues } from './http/exchange.ts'
import type { Reason } from './reason.ts'
import { cut } from './text.ts'
import type { Instant } from './time/instant.ts'

/** A completed call of the API, as the journal stores it. */
export interface Noted {
  readonly id: number
  readonly at: Instant
  readonly method: string
  /** Path and query, as sent: a copy, unless it is longer than `longestText`. */
  readonly url: string
  readonly route: { readonly method: string; readonly path: string; readonly deprecated?: string } | undefined
  readonly caller: Readonly<Record<string, number>> | null
  readonly status: number
  readonly error: { readonly code: string; readonly message: string } | null
  readonly decided_by: readonly string[]
  readonly ignored: readonly string[]
  readonly milliseconds: number
  readonly headers: HeaderValues
  readonly body: string
  /** The record that it was about, as it was answered. */
  readonly subject: SubjectNoted | null
  readonly reason: Reason | null
  /** Null if the connection was closed instead. */
  readonly answer: AnswerNoted | null
}

export interface SubjectNoted {
  readonly resource: string
  readonly id: string | number
  readonly state: string | null
  readonly error: string | null
}

/** What was sent as an answer. */
export interface AnswerNoted {
  readonly headers: HeaderValues
  /** The text, or its beginning; empty if it is not text. The parts of a text are kept where others keep them as well. */
  readonly body: string | readonly string[]
  /** The length in characters, or of what is not text in bytes. */
  readonly length: number
}

/** The text of a noted answer, or its beginning. */
export const textOf = ({ body }: AnswerNoted) => (typeof body === 'string' ? body : body.join(''))

/** What is kept of a call. */
export interface JournalEntry extends Noted {
  /** The length of the body, which may not be kept itself. */
  readonly length: number
}

/** The limit of kept bodies, in characters. */
const longestBody = 16 * 1024

/** The limits of names, messages and paths, in characters, and of the number of names. */
export const longestText = 1000
const mostNames = 20

const kept = (text: string) => cut(text, longestText)

const noNames: readonly string[] = []

function keptNames(names: readonly string[]): readonly string[] {
  if (names.length === 0) return noNames
  if (names.length <= mostNames) return names.map(kept)
  return [...names.slice(0, mostNames).map(kept), `and ${names.length - mostNames} more`]
}

/** Of headers, short ones are kept as they are, and at most 100 of them: an HTTP server allows no more than 16 KiB. */
const mostHeaders = 100

function keptHeaders(headers: HeaderValues): HeaderValues {
  const names = Object.keys(headers)
  const isLong = (value: HeaderValues[string]) => String(value).length > longestText
  if (names.length <= mostHeaders && !names.some((name) => isLong(headers[name]) || isLong(name))) return headers
  const short = ([name, value]: [string, HeaderValues[string]]): [string, string] => [kept(name), kept(String(value))]
  return Object.fromEntries(Object.entries(headers).slice(0, mostHeaders).map(short))
}

/** The part of a text that is kept is copied, because it would keep the whole in memory. */
const keptBody = (text: string) => (text.length > longestBody ? structuredClone(text.slice(0, longestBody)) : text)

/** How many methods are remembered. */
const mostTexts = 1000

/** Copies of the methods of calls, which come again: copying one takes longer than finding it. */
export class Texts {
  readonly #kept = new BoundedMap<string, string>(mostTexts)

  kept(text: string): string {
    let copy = this.#kept.get(text)
    if (copy === undefined) {
      copy = kept(text)
      if (text.length <= longestText) this.#kept.set(copy, copy)
    }
    return copy
  }
}

/** What is kept of a call: copies, and nothing long. A spread followed by more names would take a third of a call's time. */
export const keptOf = (
  noted: Noted,
  texts: Texts,
  message = noted.error && kept(noted.error.message),
): JournalEntry => ({
  id: noted.id,
  at: noted.at,
  method: texts.kept(noted.method),
  url: noted.url.length > longestText ? kept(noted.url) : noted.url,
  route: noted.route,
  caller: noted.caller,
  status: noted.status,
  error: noted.error && { code: noted.error.code, message: message ?? '' },
  decided_by: keptNames(noted.decided_by),
  ignored: keptNames(noted.ignored),
  milliseconds: noted.milliseconds,
  subject: noted.subject,
  // A rule makes its sentence of what records hold; that of any other error is its message.
  reason:
    noted.reason?.sentence === noted.error?.message && noted.reason
      ? { ...noted.reason, sentence: message ?? '' }
      : noted.reason,
  headers: keptHeaders(noted.headers),
  body: noted.body.length > longestBody ? '' : noted.body,
  length: noted.body.length,
  answer: noted.answer,
})

/** The answer to a call as it was sent. */
export function answeredAs(method: string, { status, headers, body, parts, bytes, close }: Answer): AnswerNoted | null {
  if (status === 0) return null
  if (method === 'HEAD') return { headers, body: '', length: 0 }
  if (close === 'truncated') return { headers, body: keptBody(body.slice(0, body.length / 2)), length: body.length }
  const isWhole = parts !== undefined && body.length <= longestBody
  return { headers, body: isWhole ? parts : keptBody(body), length: (bytes ?? body).length }
}

/** Whether a call was answered so, as far as the journal keeps answers. */
export function isSameAnswer({ status, answer }: Noted, method: string, other: Answer): boolean {
  const noted = answeredAs(method, other)
  const text = (one: AnswerNoted | null) => JSON.stringify(one && { ...one, body: textOf(one) })
  return status === other.status && text(answer) === text(noted)
}
