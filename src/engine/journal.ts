import { BoundedMap } from './bounded-map.ts'
import { completed, readJson } from './cut-json.ts'
import type { Answer, HeaderValues } from './http/exchange.ts'
import { pathOf, searchOf, valuesByName } from './http/url.ts'
import { redacted } from './messages.ts'
import type { Reason } from './reason.ts'
import { cut } from './text.ts'
import { formatInstant, type Instant } from './time/instant.ts'

/** A completed call of the API, as the journal stores it. */
export interface Noted {
  readonly id: number
  readonly at: Instant
  readonly method: string
  /** Path and query, as sent. */
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

/** The record that a call was about. */
export interface AboutView extends SubjectNoted {
  /** What people call it. */
  readonly label: string
}

/** What is known of a call by now. */
export interface Described {
  /** The state is the one that the call led to, also later. Null for lists, and where no record is known. */
  readonly about: AboutView | null
  /** The numbers of the events that it caused, at once or by work that it scheduled. */
  readonly caused: readonly number[]
  /** Why it was not answered with plain success, or its record is in this state; null if no rule decided against it. */
  readonly reason: Reason | null
}

/** What was sent as an answer. */
interface AnswerNoted {
  readonly headers: HeaderValues
  /** The text, or its beginning; empty if it is not text. The parts of a text are kept where others keep them as well. */
  readonly body: string | readonly string[]
  /** The length in characters, or of what is not text in bytes. */
  readonly length: number
}

/** The answer to a call as it was sent. */
export function answeredAs(method: string, { status, headers, body, parts, bytes, close }: Answer): AnswerNoted | null {
  if (status === 0) return null
  if (method === 'HEAD') return { headers, body: '', length: 0 }
  if (close === 'truncated') return { headers, body: keptBody(body.slice(0, body.length / 2)), length: body.length }
  const isWhole = parts !== undefined && body.length <= longestBody
  return { headers, body: isWhole ? parts : keptBody(body), length: (bytes ?? body).length }
}

/** The text of a noted answer, or its beginning. */
export const textOf = ({ body }: AnswerNoted) => (typeof body === 'string' ? body : body.join(''))

/** Whether a call was answered so, as far as the journal keeps answers. */
export function isSameAnswer({ status, answer }: Noted, method: string, other: Answer): boolean {
  const noted = answeredAs(method, other)
  const text = (one: AnswerNoted | null) => JSON.stringify(one && { ...one, body: textOf(one) })
  return status === other.status && text(answer) === text(noted)
}

type Headers = Readonly<Record<string, string | readonly string[]>>

/** The answer to a call in the journal, secrets hidden. */
export interface AnswerView {
  readonly headers: Headers
  /** The JSON body, or what its first 16 Ki characters hold; null if it is not JSON, or there is none. */
  readonly body: unknown
  /** Length of the whole body in characters; in bytes if it is not text. */
  readonly body_length: number
  /** Whether more of the body was sent, or would have been, than is shown. */
  readonly is_cut: boolean
}

/** A call of the API in the journal, secrets hidden. */
export interface RequestView extends Described {
  /** Counts from 1 since the initial state, in the order in which calls began. */
  readonly id: number
  /** Virtual time, ISO 8601 with microseconds. */
  readonly at: string
  readonly method: string
  readonly path: string
  /** One value, or an array where a parameter was repeated. */
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** Such as `GET /users/{id}`; null if no route matched. */
  readonly route: string | null
  /** What to call instead of a deprecated call; null for any other. */
  readonly deprecated: string | null
  /** Null if the token was rejected, or the call failed before it was read. */
  readonly caller: Readonly<Record<string, number>> | null
  /** 0 if a scripted fault closed the connection instead of an answer. */
  readonly status: number
  /** The API's error code and message, if it answered with an error. */
  readonly error: string | null
  readonly message: string | null
  /** The time until the answer, in real milliseconds. */
  readonly duration_ms: number
  /** The scripted fault that struck it, and the scenario's steps that fired while it was handled. */
  readonly decided_by: readonly string[]
  /** The names of parameters that were ignored. */
  readonly ignored: readonly string[]
  /** The JSON body; null if there was none, it was not JSON, longer than 16 Ki characters, or nested too deep. */
  readonly body: unknown
  /** Length of the body in characters. */
  readonly body_length: number
  /** Of the request. */
  readonly headers: Headers
  /** Null if a scripted fault closed the connection instead. */
  readonly answer: AnswerView | null
}

/** Path and query of a call for people, not percent-encoded: `/users?limit=1`. */
export function targetOf({ path, query }: Pick<RequestView, 'path' | 'query'>): string {
  const parameters = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}=${value}`),
  )
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path
}

/** Why a call was answered so, as far as its message does not say it; empty if there is nothing to add. */
export function unsaid({
  reason,
  message,
  decided_by,
}: Pick<RequestView, 'reason' | 'message' | 'decided_by'>): string {
  if (!reason || reason.sentence === message || (reason.rule === 'fault' && decided_by.length > 0)) return ''
  return reason.sentence
}

/** What is kept of a call. */
interface Entry extends Noted {
  /** The length of the body, which may not be kept itself. */
  readonly length: number
}

/** The limit of kept bodies, in characters. */
const longestBody = 16 * 1024

/** The limits of names, messages and paths, in characters, and of the number of names. */
const longestText = 1000
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

/** How many methods and URLs are remembered. */
const mostTexts = 1000

/** Copies of the methods and URLs of calls, many of which come again: copying one takes longer than finding it. */
class Texts {
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
const keptOf = (noted: Noted, texts: Texts, message = noted.error && kept(noted.error.message)): Entry => ({
  id: noted.id,
  at: noted.at,
  method: texts.kept(noted.method),
  url: texts.kept(noted.url),
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

/** The last calls of a world, oldest first. */
export class Journal {
  /** A ring buffer: the index of an entry is its number since the journal was cleared, modulo the size. */
  #entries: Entry[] = []
  #count = 0
  #lastId = 0
  readonly #texts = new Texts()
  readonly #shown = new WeakMap<RequestView, Entry>()

  /**
   * @param most the limit of kept calls
   * @param showSecrets whether tokens, passwords, codes and secrets are shown
   * @param describe returns what is known of a call by now
   */
  constructor(
    readonly most: number,
    readonly showSecrets: boolean,
    readonly describe: (noted: Pick<Noted, 'id' | 'subject' | 'reason'>) => Described,
  ) {}

  /** The number of calls since it was last cleared, including those no longer kept. */
  get count(): number {
    return this.#count
  }

  /** The ID of the last call that began; 0 if none did. */
  get lastId(): number {
    return this.#lastId
  }

  /** The ID of a call that begins: the next one, unless it has one already. */
  begin(id = this.#lastId + 1): number {
    this.#lastId = id
    return id
  }

  /** Adds a call. Returns a function that makes its view. */
  add(noted: Noted): () => RequestView {
    const entry = keptOf(noted, this.#texts)
    this.#count++
    if (this.most > 0) this.#entries[this.#count % this.most] = entry
    return () => this.#show(entry)
  }

  /** The last `last` calls that pass the test. Views are made of these only. */
  list(isMeant: (noted: Noted) => boolean = () => true, last = Infinity): RequestView[] {
    const meant = this.#kept().filter(isMeant)
    return meant.slice(Math.max(0, meant.length - last)).map((entry) => this.#show(entry))
  }

  /** The kept calls, oldest first. */
  #kept(): readonly Entry[] {
    const oldest = Math.max(1, this.#count - this.most + 1)
    const length = Math.min(this.#count, this.most)
    return Array.from({ length }, (_, i) => this.#entries[(oldest + i) % this.most]).filter(
      (entry) => entry !== undefined,
    )
  }

  /** The JSON body of a call with its secrets: for matching, never for output. */
  bodyOf(request: RequestView): unknown {
    return readJson(this.#shown.get(request)?.body ?? '')
  }

  /** The kept calls, as they were noted. */
  noted(): ReadonlyMap<number, Noted> {
    return new Map(this.#kept().map((entry) => [entry.id, entry]))
  }

  /** Forgets a call and those that began after it. */
  cutBefore(id: number): void {
    const all = this.#kept()
    const kept = all.filter((entry) => entry.id < id)
    this.#count -= all.length - kept.length
    this.#entries = []
    for (const [i, entry] of kept.entries()) this.#entries[(this.#count - kept.length + 1 + i) % this.most] = entry
    this.#lastId = id - 1
  }

  /** Forgets all calls; their IDs are not given again. */
  clear(): void {
    this.#entries = []
    this.#count = 0
  }

  /** Forgets all calls; IDs begin after `last` again. */
  restart(last: number): void {
    this.clear()
    this.#lastId = last
  }

  /** The IDs up to this one are taken: calls of another journal caused events of this world. */
  skipTo(last: number): void {
    this.#lastId = Math.max(this.#lastId, last)
  }

  #show(entry: Entry): RequestView {
    const { id, at, method, url, route, caller, status, error, decided_by, ignored, milliseconds, body } = entry
    const { length, headers, answer } = entry
    const text = answer ? textOf(answer) : ''
    const shown = (value: unknown) => (this.showSecrets ? value : redacted(value))
    const view: RequestView = {
      id,
      at: formatInstant(at),
      method,
      path: pathOf(url),
      query: shown(queryOf(url)) as RequestView['query'],
      route: route ? `${route.method} ${route.path}` : null,
      deprecated: route?.deprecated ?? null,
      caller,
      status,
      error: error?.code ?? null,
      message: error?.message ?? null,
      duration_ms: Math.round(milliseconds * 1000) / 1000,
      decided_by,
      ignored,
      body: shown(readJson(body)),
      body_length: length,
      headers: shown(headers) as Headers,
      answer: answer && {
        headers: shown(answer.headers) as Headers,
        body: shown(readJson(text) ?? readJson(completed(text))),
        body_length: answer.length,
        is_cut: text !== '' && text.length < answer.length,
      },
      ...this.describe(entry),
    }
    this.#shown.set(view, entry)
    return view
  }
}

function queryOf(url: string): Record<string, string | string[]> {
  const query = valuesByName(searchOf(url))
  return Object.fromEntries(Array.from(query, ([name, all]) => [name, all.length === 1 ? (all[0] as string) : all]))
}
