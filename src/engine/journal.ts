import { completed, readJson } from './cut-json.ts'
import { pathOf, searchOf, valuesByName } from './http/url.ts'
import { redacted } from './messages.ts'
import { type JournalEntry, keptOf, type Noted, type SubjectNoted, Texts, textOf } from './noted.ts'
import type { Reason } from './reason.ts'
import { formatInstant } from './time/instant.ts'

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

/** The last calls of a world, oldest first. */
export class Journal {
  /** A ring buffer: the index of an entry is its number since the journal was cleared, modulo the size. */
  #entries: JournalEntry[] = []
  #count = 0
  #lastId = 0
  readonly #texts = new Texts()
  readonly #shown = new WeakMap<RequestView, JournalEntry>()

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
  #kept(): readonly JournalEntry[] {
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

  #show(entry: JournalEntry): RequestView {
    const view = viewRequest(entry, this.describe(entry), this.showSecrets)
    this.#shown.set(view, entry)
    return view
  }
}

/** A call in the journal for those who ask, secrets hidden unless they are to be shown. */
function viewRequest(entry: JournalEntry, described: Described, showSecrets: boolean): RequestView {
  const { id, at, method, url, route, caller, status, error, decided_by, ignored, milliseconds, body } = entry
  const { length, headers, answer } = entry
  const text = answer ? textOf(answer) : ''
  const shown = (value: unknown) => (showSecrets ? value : redacted(value))
  return {
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
    ...described,
  }
}

function queryOf(url: string): Record<string, string | string[]> {
  const query = valuesByName(searchOf(url))
  return Object.fromEntries(Array.from(query, ([name, all]) => [name, all.length === 1 ? (all[0] as string) : all]))
}
