import type { ClockView, Upcoming } from '../control/clock.ts'
import type { ApiDescription } from '../control/description.ts'
import type { FaultView } from '../control/faults.ts'
import type { SetupView } from '../control/setup.ts'
import type { SnapshotView } from '../control/snapshots.ts'
import type { ChangesView } from '../control/state.ts'
import type { StreamMessage } from '../control/stream.ts'
import type { WorldView } from '../control/worlds.ts'
import type { RequestView } from '../engine/journal.ts'
import type { Report } from '../scenario/report.ts'
import { Api, type Rows } from './api.ts'
import { EventHistory, type PastEventView } from './event-history.ts'
import { parseInstant } from './instant.ts'
import { merged, type Row } from './rows.ts'

/** The state of the connection to the mock; locked until the control token is given. */
export type ConnectionState = 'connecting' | 'live' | 'lost' | 'locked'

/** A notification to a webhook, and the attempts to send it. */
export interface Delivery {
  readonly id: string
  readonly event: string
  /** That of the event that it tells of; null for a test. */
  readonly number: number | null
  readonly state: string
  /** The record that it is about. */
  readonly record: { readonly resource: string; readonly id: Row['id'] } | null
  readonly url: string | null
  /** Of the present secret of its webhook. */
  readonly fingerprint: string | null
  /** When it is attempted again. */
  readonly next: string | null
  readonly attempts: readonly {
    readonly at: string
    readonly status: number | null
    readonly error: string | null
    readonly unsent: boolean
    readonly redelivered: boolean
    readonly signature?: 'wrong' | 'old' | 'rotated'
    readonly fingerprint?: string
  }[]
}

/** A message of the page. */
export interface Notice {
  readonly text: string
  readonly isError: boolean
  /** The snapshot of the state before what it tells of. */
  readonly undo?: string | undefined
}

/** A world to choose, without its token, which is never shown. */
export type WorldRow = Omit<WorldView, 'token'>

/** What is read from the mock, each part by one call; `next` is the work that is due first. */
export type Part =
  | 'clock'
  | 'api'
  | 'state'
  | 'next'
  | 'upcoming'
  | 'history'
  | 'requests'
  | 'deliveries'
  | 'scenario'
  | 'scenarios'
  | 'setup'
  | 'faults'
  | 'snapshots'
  | 'worlds'

/** How many calls are kept; as many as the journal keeps by default. */
export const mostRequests = 1000

/** How much due work is kept, the soonest. */
export const mostUpcoming = 1000

/** How many deliveries are loaded at once, the last ones. */
export const deliveryPage = 200

const none: Rows = new Map()

/** Everything that the inspector shows. Changes reach the listeners only when `notify` is called. */
export class Store {
  connection: ConnectionState = 'connecting'
  /** Whether it was connected before. */
  wasLive = false
  /** Whether a control token was given, and is wrong. */
  isRefused = false
  notice: Notice | null = null
  world: string | null = null
  worlds: readonly WorldRow[] = []
  clock: ClockView | null = null
  /** When the clock was read, in real milliseconds. */
  clockRead = 0
  /** The work that is due first; the time line has more of it. */
  next: readonly Upcoming[] = []
  upcoming: readonly Upcoming[] = []
  api: Api | null = null
  report: Report | null = null
  setup: SetupView | null = null
  scenarios: readonly { readonly name: string; readonly description: string }[] = []
  faults: readonly FaultView[] = []
  snapshots: readonly SnapshotView[] = []
  /** The last ones, the oldest first. */
  deliveries: readonly Delivery[] = []
  deliveryCount = 0
  deliveryLimit = deliveryPage
  requests: readonly RequestView[] = []
  /** The number of calls since the journal was cleared. */
  requestCount = 0
  /** The parts that were loaded since the world is shown; a stale one is loaded again when it is shown. */
  readonly loaded = new Map<Part, 'fresh' | 'stale'>()
  /** Calls and events that were loaded: the stream may report them once more. */
  #journal: ReadonlySet<number> = new Set()
  /** Counters by name, incremented with each change, so that derived values are computed once per change. */
  readonly versions: Record<string, number> = {}
  /** The version of the world that the records are of; undefined to load all of them. */
  recordVersion: number | undefined
  readonly #rows = new Map<string, Map<Row['id'], Row>>()
  readonly #history = new EventHistory()
  readonly #listeners = new Set<() => void>()
  #now: () => number
  /** When the connection was lost, in real milliseconds. */
  #lostAt: number | null = null

  /** @param now real milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Calls the listeners. */
  notify(): void {
    for (const listener of this.#listeners) listener()
  }

  version = (name: string): number => this.versions[name] ?? 0

  rows = (resource: string): Rows => this.#rows.get(resource) ?? none

  historyOf(resource: string, id: Row['id']): readonly PastEventView[] {
    return this.#history.of(resource, id)
  }

  /** Whether the clock is known to run: not while the mock does not answer. */
  get isRunning(): boolean {
    return this.clock?.frozen === false && this.#lostAt === null
  }

  /**
   * Virtual time in milliseconds, computed from the clock as it was last read; 0 before that. It is frozen while the
   * mock does not answer.
   */
  now(): number {
    if (!this.clock) return 0
    const at = parseInstant(this.clock.now)
    return this.clock.frozen ? at : at + ((this.#lostAt ?? this.#now()) - this.clockRead) * this.clock.speed
  }

  /** The events that a call caused, at once or by work that it scheduled. */
  causedBy = (call: number): readonly PastEventView[] => this.#history.causedBy(call)

  setConnection(connection: ConnectionState): void {
    this.connection = connection
    this.#lostAt = connection === 'live' ? null : (this.#lostAt ?? this.#now())
  }

  setClock(clock: ClockView): void {
    this.clock = { now: clock.now, frozen: clock.frozen, speed: clock.speed }
    this.clockRead = this.#now()
    if (this.#lostAt !== null) this.#lostAt = this.clockRead
  }

  /** Says that the whole world was loaded. */
  begin(): void {
    this.#changed('loaded')
  }

  setApi(description: ApiDescription): void {
    this.api = new Api(description)
  }

  /** Applies the records that changed since a version, unless others were applied meanwhile. */
  setRecords({ version, complete, records, removed }: ChangesView, since?: number): void {
    if (!complete && since !== this.recordVersion) return
    this.recordVersion = version
    if (complete) {
      for (const [resource, rows] of this.#rows) {
        rows.clear()
        this.#changed(resource)
      }
    }
    for (const [resource, { fields, rows: changed }] of Object.entries(records)) {
      const rows = this.#rows.get(resource) ?? new Map<Row['id'], Row>()
      this.#rows.set(resource, rows)
      for (const values of changed) {
        // Assigned in the same order each time, which is several times as fast as `Object.fromEntries`.
        const row: Record<string, unknown> = {}
        for (let i = 0; i < fields.length; i++) row[fields[i] as string] = values[i]
        rows.set(row.id as Row['id'], row as Row)
      }
      this.#changed(resource)
    }
    for (const [resource, ids] of Object.entries(removed)) {
      for (const id of ids) this.#rows.get(resource)?.delete(id)
      this.#changed(resource)
    }
  }

  setHistory(events: readonly PastEventView[]): void {
    this.#history.set(events)
    this.#changed('history')
  }

  setUpcoming(upcoming: readonly Upcoming[]): void {
    this.upcoming = upcoming
    this.next = upcoming
    this.#changed('upcoming')
  }

  setRequests(requests: readonly RequestView[], count: number): void {
    this.requests = requests
    this.#journal = new Set(requests.map(({ id }) => id))
    this.requestCount = count
    this.#changed('requests')
  }

  /** Applies messages of the stream in their order. Returns what has to be loaded again, and whether everything has. */
  apply(messages: readonly StreamMessage[]): { readonly stale: ReadonlySet<Part>; readonly all: boolean } {
    const stale = new Set<Part>()
    const requests: RequestView[] = []
    let all = false
    for (const message of messages) {
      if (message.kind === 'world') stale.add('worlds')
      if (message.world !== this.world) continue
      if (message.kind === 'clock') this.setClock(message.clock)
      if (message.kind === 'world') all = true
      if (message.kind === 'request' && !this.#journal.has(message.request.id)) requests.push(message.request)
      if (message.kind === 'request') for (const what of staleAfter(message.request)) stale.add(what)
      if (message.kind === 'event') {
        this.#applyEvent(message)
        for (const part of afterEvent) stale.add(part)
      }
      if (message.kind === 'clock') stale.add('upcoming').add('next').add('deliveries')
    }
    if (requests.length > 0) {
      this.requestCount += requests.length
      this.requests = [...this.requests, ...requests].slice(-mostRequests)
      this.#changed('requests')
    }
    return { stale, all }
  }

  #applyEvent({ event, past }: Extract<StreamMessage, { kind: 'event' }>): void {
    const { resource: name, id } = past
    this.#history.addNew(past)
    this.#changed('history')
    const rows = this.#rows.get(name)
    if (!rows) return
    rows.set(id, merged(rows.get(id), event.resource as unknown as Row))
    this.#changed(name)
  }

  #changed(what: string): void {
    this.versions[what] = this.version(what) + 1
  }
}

/** What an event may have changed: its message has the record as the API sends it, without hidden fields. */
const afterEvent: readonly Part[] = ['state', 'upcoming', 'next', 'scenario', 'deliveries']

/** What a call may have changed without an event. */
function staleAfter({ method, status, decided_by }: RequestView): readonly Part[] {
  const byFault: readonly Part[] = decided_by.length > 0 ? ['faults', 'scenario'] : []
  return method !== 'GET' && status >= 200 && status < 300
    ? [...byFault, 'state', 'upcoming', 'next', 'scenario', 'setup']
    : byFault
}
