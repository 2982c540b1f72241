import type { ClockView, Upcoming } from '../control/clock.ts'
import type { ApiDescription } from '../control/description.ts'
import type { FaultView } from '../control/faults.ts'
import type { ChangesView } from '../control/state.ts'
import type { StreamMessage } from '../control/stream.ts'
import type { WorldView } from '../control/worlds.ts'
import type { DomainEventView } from '../engine/domain-event.ts'
import type { RequestView } from '../engine/journal.ts'
import type { Report } from '../scenario/report.ts'
import { type Client, ControlError } from './client.ts'
import { describeEvents } from './happened.ts'
import { mostUpcoming, type PastEventView, type Stale, type Store } from './store.ts'
import { nextUndo, takenBefore } from './undo.ts'

/** Real milliseconds. */
const waits = { first: 400, longest: 4000, notice: 4000, undo: 20_000, redraw: 200, refresh: 400, small: 50 }

/** The shortest time between two loads of the same, as a multiple of how long the first one took. */
const loadFactor = 8

/** Keeps a store up to date: loads everything, follows the stream, loads what messages lack, and reconnects. */
export class Controller {
  readonly #abort = new AbortController()
  #queue: StreamMessage[] = []
  #isScheduled = false
  /** When messages were last applied, in real milliseconds. */
  #applied = 0
  #isRunning = false
  readonly #refreshing = new Map<Stale, 'waiting' | 'again'>()
  #noticeTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly client: Client,
    readonly store: Store,
  ) {}

  /** Connects, and reconnects until `stop`. */
  async start(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    let wait = waits.first
    while (!this.#abort.signal.aborted && this.store.connection !== 'locked') {
      try {
        await this.client.watch(
          () => {
            wait = waits.first
            void this.#connected()
          },
          (message) => this.#receive(message),
          this.#abort.signal,
        )
      } catch (error) {
        if (error instanceof ControlError && error.status === 401) {
          this.store.isRefused = this.client.hasToken
          this.#set('locked')
        }
      }
      if (this.#abort.signal.aborted || (this.store.connection as string) === 'locked') break
      this.#set('lost')
      await new Promise((done) => setTimeout(done, wait))
      wait = Math.min(waits.longest, wait * 1.6)
    }
    this.#isRunning = false
  }

  stop(): void {
    this.#abort.abort()
  }

  /** Connects again with a control token. */
  unlock(token: string): void {
    this.client.unlock(token)
    this.#set('connecting')
    void this.start()
  }

  /** Shows another world; null for the first one. Returns whether it could be loaded. */
  async selectWorld(world: string | null): Promise<boolean> {
    this.client.world = world
    this.store.world = world
    this.store.notify()
    return this.attempt(() => this.load())
  }

  /** Does something that may fail, and shows its error as a notice. Returns whether it succeeded. */
  async attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
    try {
      await work()
      if (done) this.notice(done)
      return true
    } catch (error) {
      if (error instanceof ControlError && error.status === 401) this.#set('locked')
      else this.notice(error instanceof Error ? error.message : String(error), { isError: true })
      return false
    }
  }

  /**
   * Changes the world, after a snapshot of it, and says what happened: `+24 h: 3 books returned`, with the way back.
   *
   * @param work resolves to the events that it caused, or to what is to be said of it
   */
  change(what: string, work: () => Promise<readonly DomainEventView[] | string>): Promise<boolean> {
    return this.attempt(async () => {
      const undo = await this.#saveBefore(what)
      const done = await work()
      this.notice(`${what}: ${typeof done === 'string' ? done : describeEvents(this.store.api, done)}`, { undo })
      for (const stale of ['upcoming', 'scenario', 'snapshots'] as const) this.refresh(stale)
    })
  }

  /** The token of a world, which is never kept. */
  async tokenOf(world: string): Promise<string> {
    const { worlds } = await this.client.call<{ worlds: WorldView[] }>('GET', '/worlds', undefined, null)
    return worlds.find(({ id }) => id === world)?.token ?? ''
  }

  /** Goes back to a snapshot. */
  restore(name: string): Promise<boolean> {
    return this.attempt(async () => {
      await this.client.call('POST', `/snapshots/${encodeURIComponent(name)}/restore`)
      const before = takenBefore(name)
      this.notice(before === undefined ? `${name} is restored.` : `Undone: the world is as it was before “${before}”.`)
    })
  }

  async #saveBefore(what: string): Promise<string> {
    const { client } = this
    const { snapshots } = await client.call<Pick<Store, 'snapshots'>>('GET', '/snapshots')
    const { name, outdated } = nextUndo(snapshots, what)
    for (const old of outdated) await client.call('DELETE', `/snapshots/${encodeURIComponent(old)}`)
    await client.call('POST', '/snapshots', { name })
    return name
  }

  notice(text: string, { isError = false, undo }: { isError?: boolean; undo?: string } = {}): void {
    this.store.notice = { text, isError, undo }
    this.store.notify()
    this.holdNotice(false)
  }

  /** Keeps a notice for as long as it is held; otherwise it goes after some seconds. */
  holdNotice(isHeld: boolean): void {
    clearTimeout(this.#noticeTimer)
    const { notice } = this.store
    if (isHeld || !notice) return
    const wait = notice.undo ? waits.undo : notice.isError ? 2 * waits.notice : waits.notice
    this.#noticeTimer = setTimeout(() => this.dismiss(), wait)
  }

  dismiss(): void {
    this.store.notice = null
    this.store.notify()
  }

  /** Loads everything. */
  async load(): Promise<void> {
    const { client, store } = this
    store.recordVersion = undefined
    const clock = client.call<ClockView>('GET', '/clock')
    const requests = client.call<{ requests: RequestView[]; total_count: number }>('GET', '/requests')
    const history = client.call<{ events: PastEventView[] }>('GET', '/events')
    const index = client.call<ApiDescription>('GET', '')
    const scenarios = client.call<Pick<Store, 'scenarios'>>('GET', '/scenarios')
    const others = (['state', 'upcoming', 'scenario', 'faults', 'snapshots', 'deliveries', 'worlds'] as const).map(
      (what) => this.#load(what),
    )
    await Promise.all([clock, requests, history, index, scenarios, ...others])
    store.setApi(await index)
    store.setClock(await clock)
    store.setHistory((await history).events)
    const journal = await requests
    store.setRequests(journal.requests, journal.total_count)
    store.scenarios = (await scenarios).scenarios
    store.notify()
  }

  async #connected(): Promise<void> {
    const { wasLive } = this.store
    const { world } = this.store
    // The world that was shown, or that the URL names, may have been deleted.
    const isLoaded = (await this.selectWorld(world)) || (world !== null && (await this.selectWorld(null)))
    if (!isLoaded) return
    this.store.wasLive = true
    this.#set('live')
    if (wasLive) this.notice('Connected again.')
  }

  #set(connection: Store['connection']): void {
    this.store.setConnection(connection)
    this.store.notify()
  }

  /** Applies messages at once, but at most five times a second. */
  #receive(message: StreamMessage): void {
    this.#queue.push(message)
    if (this.#isScheduled) return
    this.#isScheduled = true
    setTimeout(
      () => {
        this.#isScheduled = false
        this.#applied = performance.now()
        const { stale, all } = this.store.apply(this.#queue)
        this.#queue = []
        if (all) void this.attempt(() => this.load())
        else for (const what of stale) this.refresh(what)
        this.store.notify()
      },
      Math.max(0, this.#applied + waits.redraw - performance.now()),
    )
  }

  /** Loads a part again, with at most one request at a time, and less often if answers are slow. */
  refresh(what: Stale): void {
    const running = this.#refreshing.get(what)
    if (running) return void this.#refreshing.set(what, 'again')
    this.#refreshing.set(what, 'waiting')
    const began = performance.now()
    void this.#load(what)
      .then(() => this.store.notify())
      .catch(() => {})
      .then(() => {
        setTimeout(
          () => {
            const isWanted = this.#refreshing.get(what) === 'again'
            this.#refreshing.delete(what)
            if (isWanted && !this.#abort.signal.aborted) this.refresh(what)
          },
          Math.max(
            what === 'upcoming' || what === 'state' ? waits.small : waits.refresh,
            loadFactor * (performance.now() - began),
          ),
        )
      })
  }

  async #load(what: Stale): Promise<void> {
    const { client, store } = this
    const { world } = client
    const of = <T>(path: string) => client.call<T>('GET', path)
    if (what === 'state') {
      const since = store.recordVersion
      const changes = await of<ChangesView>(`/changes${since === undefined ? '' : `?since=${since}`}`)
      if (world === client.world) store.setRecords(changes, since)
    } else if (what === 'upcoming') {
      const { upcoming } = await of<{ upcoming: Upcoming[] }>(`/upcoming?limit=${mostUpcoming}`)
      if (world === client.world) store.setUpcoming(upcoming)
    } else if (what === 'scenario') {
      store.report = await of<Report>('/scenario')
    } else if (what === 'snapshots') {
      store.snapshots = (await of<Pick<Store, 'snapshots'>>('/snapshots')).snapshots
    } else if (what === 'deliveries') {
      store.deliveries = (await of<Pick<Store, 'deliveries'>>('/deliveries')).deliveries
    } else if (what === 'faults') {
      store.faults = (await of<{ faults: FaultView[] }>('/faults')).faults
    } else {
      const { worlds } = await client.call<{ worlds: WorldView[] }>('GET', '/worlds', undefined, null)
      store.worlds = worlds.map(({ id, scenario, seed, now }) => ({ id, scenario, seed, now }))
      // The world that is shown was deleted.
      if (store.world !== null && !worlds.some(({ id }) => id === store.world)) await this.selectWorld(null)
    }
  }
}
