import { redacted } from './messages.ts'
import { formatInstant, type Instant } from './time/clock.ts'

/** A call of the API and what became of it, as the journal keeps it. */
export interface Noted {
  readonly at: Instant
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  readonly route: { readonly method: string; readonly path: string } | undefined
  readonly caller: Readonly<Record<string, number>> | null
  readonly status: number
  readonly error: { readonly code: string; readonly message: string } | null
  readonly decided_by: readonly string[]
  readonly ignored: readonly string[]
  readonly milliseconds: number
  readonly body: string
}

/** A call of the API in the journal, secrets hidden. */
export interface RequestView {
  /** Counts from 1 since the journal was last cleared. */
  readonly id: number
  /** Virtual time, ISO 8601 with microseconds. */
  readonly at: string
  readonly method: string
  readonly path: string
  /** One value, or an array where a parameter was repeated. */
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** Such as `GET /users/{id}`; null where no route matched. */
  readonly route: string | null
  /** Null where the call got no further than its token. */
  readonly caller: Readonly<Record<string, number>> | null
  /** 0 where a scripted fault closed the connection instead of an answer. */
  readonly status: number
  /** The API's error code and message, where it answered with one. */
  readonly error: string | null
  readonly message: string | null
  /** How long the answer took, in real milliseconds. */
  readonly duration_ms: number
  /** The scripted fault that struck it, and the scenario's steps that acted while it was handled. */
  readonly decided_by: readonly string[]
  /** Parameters that nothing read. */
  readonly ignored: readonly string[]
  /** The JSON sent; null where there was none, it was no JSON, or it was longer than 16 KiB. */
  readonly body: unknown
  /** Length of the body in characters. */
  readonly body_length: number
}

/** Path and query of a call, as they are read: `/users?limit=1`. */
export function targetOf({ path, query }: Pick<RequestView, 'path' | 'query'>): string {
  const parameters = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}=${value}`),
  )
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path
}

interface Entry {
  readonly id: number
  readonly noted: Noted
  /** How long the body was, where it is no longer kept. */
  readonly length: number
}

/** Longer bodies are not kept, so that memory is bounded. */
const longestBody = 16 * 1024

/** Of names, messages and paths, and how many names. */
const longestText = 1000
const mostNames = 20

const cut = (text: string) => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)

const isShort = ({ body, url, error, ignored }: Noted) =>
  body.length <= longestBody &&
  url.length <= longestText &&
  (error === null || error.message.length <= longestText) &&
  ignored.length <= mostNames &&
  ignored.every((name) => name.length <= longestText)

/** What is kept of a call that says too much. */
function shortened(noted: Noted): Noted {
  const { body, url, error, ignored } = noted
  const more = ignored.length > mostNames ? [`and ${ignored.length - mostNames} more`] : []
  return {
    ...noted,
    url: cut(url),
    body: body.length > longestBody ? '' : body,
    error: error && { code: error.code, message: cut(error.message) },
    ignored: [...ignored.slice(0, mostNames).map(cut), ...more],
  }
}

/** The last calls of a world, the oldest first. */
export class Journal {
  /** A ring: the entry with an ID lies at the ID modulo its size. */
  #entries: Entry[] = []
  #count = 0

  /**
   * @param most how many calls are kept
   * @param showSecrets whether tokens, passwords, codes and secrets are shown
   */
  constructor(
    readonly most: number,
    readonly showSecrets: boolean,
  ) {}

  /** How many calls came since it was last cleared, those no longer kept too. */
  get count(): number {
    return this.#count
  }

  /** Notes a call, and gives back how to show it. */
  add(noted: Noted): () => RequestView {
    const { length } = noted.body
    const entry = { id: ++this.#count, noted: isShort(noted) ? noted : shortened(noted), length }
    if (this.most > 0) this.#entries[this.#count % this.most] = entry
    return () => this.#show(entry)
  }

  /** The calls that are meant, the last so many of them; only those are made ready to be shown. */
  list(isMeant: (noted: Noted) => boolean = () => true, last = Infinity): RequestView[] {
    const oldest = Math.max(1, this.#count - this.most + 1)
    const kept = Array.from(
      { length: Math.min(this.#count, this.most) },
      (_, i) => this.#entries[(oldest + i) % this.most] as Entry,
    )
    const meant = kept.filter(({ noted }) => isMeant(noted))
    return meant.slice(Math.max(0, meant.length - last)).map((entry) => this.#show(entry))
  }

  /** The JSON that a call sent, nothing hidden, to be matched and never to be shown. */
  bodyOf(id: number): unknown {
    return json(this.#entries[id % this.most]?.noted.body ?? '')
  }

  clear(): void {
    this.#entries = []
    this.#count = 0
  }

  #show({ id, noted, length }: Entry): RequestView {
    const { at, method, url, route, caller, status, error, decided_by, ignored, milliseconds, body } = noted
    const end = url.search(/[?#]/)
    const shown = this.showSecrets ? (value: unknown) => value : redacted
    return {
      id,
      at: formatInstant(at),
      method,
      path: end < 0 ? url : url.slice(0, end),
      query: shown(end < 0 ? {} : queryOf(url.slice(end))) as RequestView['query'],
      route: route ? `${route.method} ${route.path}` : null,
      caller,
      status,
      error: error?.code ?? null,
      message: error?.message ?? null,
      duration_ms: Math.round(milliseconds * 1000) / 1000,
      decided_by,
      ignored,
      body: shown(json(body)),
      body_length: length,
    }
  }
}

function queryOf(search: string): Record<string, string | string[]> {
  const query = new URLSearchParams(search)
  const values = (name: string) => {
    const all = query.getAll(name)
    return all.length === 1 ? (all[0] as string) : all
  }
  return Object.fromEntries(Array.from(new Set(query.keys()), (name) => [name, values(name)]))
}

function json(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}
