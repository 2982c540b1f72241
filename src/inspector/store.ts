import type { ClockView, Upcoming } from '../control/clock.ts'
import type { ApiDescription } from '../control/description.ts'
import type { FaultView } from '../control/faults.ts'
import type { PastEventView } from '../control/state.ts'
import type { StreamMessage } from '../control/stream.ts'
import type { WorldView } from '../control/worlds.ts'
import type { RequestView } from '../engine/journal.ts'
import type { Report } from '../scenario/report.ts'
import { Api, type Rows } from './api.ts'
import { parseInstant } from './instant.ts'
import { merged, type Row } from './rows.ts'

/** How the page stands to what it shows. */
export type Connection = 'connecting' | 'live' | 'lost' | 'locked'

/** A world to choose, its token left out: it is nothing to look at. */
export type WorldRow = Omit<WorldView, 'token'>

/** As many calls as the journal keeps by itself. */
export const mostRequests = 1000

/** What of the mock has changed beyond what a message tells, and must be asked for. */
export type Stale = 'state' | 'upcoming' | 'scenario' | 'faults' | 'worlds'

const none: Rows = new Map()

/** Everything the page shows. Messages are taken in here; nobody is told before `told`. */
export class Store {
  connection: Connection = 'connecting'
  /** Whether it was connected before. */
  wasLive = false
  notice: { readonly text: string; readonly isError: boolean } | null = null
  world: string | null = null
  worlds: readonly WorldRow[] = []
  clock: ClockView | null = null
  /** When that was so, in real milliseconds. */
  clockRead = 0
  upcoming: readonly Upcoming[] = []
  api: Api | null = null
  report: Report | null = null
  scenarios: readonly { readonly name: string; readonly description: string }[] = []
  faults: readonly FaultView[] = []
  requests: readonly RequestView[] = []
  /** How many calls came since the journal was cleared. */
  requestCount = 0
  /** Grow whenever what they are named after changes, so that what is made of it is made once. */
  readonly versions: Record<string, number> = {}
  readonly #rows = new Map<string, Map<Row['id'], Row>>()
  #history = new Map<string, PastEventView[]>()
  readonly #listeners = new Set<() => void>()
  #now: () => number

  /** @param now real milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Tells that something has changed. */
  told(): void {
    for (const listener of this.#listeners) listener()
  }

  version = (name: string): number => this.versions[name] ?? 0

  rows = (resource: string): Rows => this.#rows.get(resource) ?? none

  historyOf(resource: string, id: Row['id']): readonly PastEventView[] {
    return this.#history.get(`${resource} ${id}`) ?? []
  }

  /** Virtual time, as far as it is known. */
  now(): number {
    if (!this.clock) return 0
    const at = parseInstant(this.clock.now)
    return this.clock.frozen ? at : at + (this.#now() - this.clockRead) * this.clock.speed
  }

  takeClock(clock: ClockView): void {
    this.clock = { now: clock.now, frozen: clock.frozen, speed: clock.speed }
    this.clockRead = this.#now()
  }

  takeApi(description: ApiDescription): void {
    this.api = new Api(description)
  }

  takeState(state: Readonly<Record<string, readonly Row[]>>): void {
    for (const [resource, records] of Object.entries(state)) {
      const rows = this.#rows.get(resource) ?? new Map<Row['id'], Row>()
      this.#rows.set(resource, rows)
      rows.clear()
      for (const row of records) rows.set(row.id, row)
      this.#changed(resource)
    }
  }

  takeHistory(events: readonly PastEventView[]): void {
    this.#history = new Map()
    for (const past of events) this.#remember(past)
    this.#changed('history')
  }

  takeUpcoming(upcoming: readonly Upcoming[]): void {
    this.upcoming = upcoming
    this.#changed('upcoming')
  }

  takeRequests(requests: readonly RequestView[], count: number): void {
    this.requests = requests
    this.requestCount = count
    this.#changed('requests')
  }

  /** Takes what the stream told, in its order; gives back what has to be asked for, and whether all of it must. */
  takeIn(messages: readonly StreamMessage[]): { readonly stale: ReadonlySet<Stale>; readonly all: boolean } {
    const stale = new Set<Stale>()
    const requests: RequestView[] = []
    let all = false
    for (const message of messages) {
      if (message.kind === 'world') stale.add('worlds')
      if (message.world !== this.world) continue
      if (message.kind === 'clock') this.takeClock(message.clock)
      if (message.kind === 'world') all = true
      if (message.kind === 'request') requests.push(message.request)
      if (message.kind === 'request') for (const what of staleAfter(message.request)) stale.add(what)
      if (message.kind === 'event') {
        this.#happened(message.event)
        // It tells of the record as the API shows it, not of what lies behind that.
        stale.add('state').add('upcoming').add('scenario')
      }
      if (message.kind === 'clock') stale.add('upcoming')
    }
    if (requests.length > 0) {
      this.requestCount = (requests.at(-1) as RequestView).id
      this.requests = [...this.requests, ...requests].slice(-mostRequests)
      this.#changed('requests')
    }
    return { stale, all }
  }

  #happened({ at, event, resource }: Extract<StreamMessage, { kind: 'event' }>['event']): void {
    const {
      resource: name,
      id,
      state,
    } = resource as { resource: PastEventView['resource']; id: Row['id']; state: string }
    this.#remember({ at, event, resource: name, id, state })
    this.#changed('history')
    const rows = this.#rows.get(name)
    if (!rows) return
    rows.set(id, merged(rows.get(id), resource))
    this.#changed(name)
  }

  #remember(past: PastEventView): void {
    const key = `${past.resource} ${past.id}`
    const known = this.#history.get(key)
    if (known) known.push(past)
    else this.#history.set(key, [past])
  }

  #changed(what: string): void {
    this.versions[what] = this.version(what) + 1
  }
}

/** What a call may have changed without an event that tells it. */
function staleAfter({ method, status, decided_by }: RequestView): readonly Stale[] {
  const struck: readonly Stale[] = decided_by.length > 0 ? ['faults', 'scenario'] : []
  return method !== 'GET' && status >= 200 && status < 300 ? [...struck, 'state', 'upcoming', 'scenario'] : struck
}
