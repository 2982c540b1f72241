import type { ClockView, Upcoming } from '../control/clock.ts'
import type { ApiDescription } from '../control/description.ts'
import type { FaultView } from '../control/faults.ts'
import type { PastEventView } from '../control/state.ts'
import type { StreamMessage } from '../control/stream.ts'
import type { WorldView } from '../control/worlds.ts'
import type { RequestView } from '../engine/journal.ts'
import type { Report } from '../scenario/report.ts'
import { type Client, ControlError } from './client.ts'
import type { Row } from './rows.ts'
import type { Stale, Store } from './store.ts'

/** Real milliseconds. */
const waits = { first: 400, longest: 4000, notice: 4000, frame: 1000, refresh: 400 }

/** How many times longer than the answer took nobody asks again. */
const rest = 8

/** Keeps a store in step with a mock: loads, follows the stream, asks for what it does not tell, and connects again. */
export class Controller {
  readonly #abort = new AbortController()
  #queue: StreamMessage[] = []
  #isScheduled = false
  #isRunning = false
  readonly #refreshing = new Map<Stale, 'waiting' | 'again'>()
  #noticed: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly client: Client,
    readonly store: Store,
  ) {}

  /** Follows until `stop`. */
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
          (watched) => this.#hear(watched),
          this.#abort.signal,
        )
      } catch (error) {
        if (error instanceof ControlError && error.status === 401) this.#set('locked')
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

  /** Tries again with a control token. */
  unlock(token: string): void {
    this.client.unlock(token)
    this.#set('connecting')
    void this.start()
  }

  /** Shows another world; null for the first. */
  async choose(world: string | null): Promise<boolean> {
    this.client.world = world
    this.store.world = world
    return this.attempt(() => this.load())
  }

  /** Does something that may be refused, and shows why; gives back whether it was done. */
  async attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
    try {
      await work()
      if (done) this.notice(done)
      return true
    } catch (error) {
      if (error instanceof ControlError && error.status === 401) this.#set('locked')
      else this.notice(error instanceof Error ? error.message : String(error), true)
      return false
    }
  }

  notice(text: string, isError = false): void {
    this.store.notice = { text, isError }
    this.store.told()
    clearTimeout(this.#noticed)
    this.#noticed = setTimeout(() => this.dismiss(), isError ? 2 * waits.notice : waits.notice)
  }

  dismiss(): void {
    this.store.notice = null
    this.store.told()
  }

  /** Asks for everything. */
  async load(): Promise<void> {
    const { client, store } = this
    const clock = client.call<ClockView>('GET', '/clock')
    const requests = client.call<{ requests: RequestView[]; total_count: number }>('GET', '/requests')
    const history = client.call<{ events: PastEventView[] }>('GET', '/events')
    const index = client.call<ApiDescription>('GET', '')
    const scenarios = client.call<Pick<Store, 'scenarios'>>('GET', '/scenarios')
    const others = (['state', 'upcoming', 'scenario', 'faults', 'worlds'] as const).map((what) => this.#ask(what))
    await Promise.all([clock, requests, history, index, scenarios, ...others])
    store.takeApi(await index)
    store.takeClock(await clock)
    store.takeHistory((await history).events)
    const journal = await requests
    store.takeRequests(journal.requests, journal.total_count)
    store.scenarios = (await scenarios).scenarios
    store.told()
  }

  async #connected(): Promise<void> {
    const { wasLive } = this.store
    const { world } = this.store
    // The world that was shown, or that the address names, may be gone.
    const isLoaded = (await this.choose(world)) || (world !== null && (await this.choose(null)))
    if (!isLoaded) return
    this.store.wasLive = true
    this.#set('live')
    if (wasLive) this.notice('Connected again.')
  }

  #set(connection: Store['connection']): void {
    this.store.connection = connection
    this.store.told()
  }

  /** Messages are taken in once for each frame; in a hidden page, where there are none, once a second. */
  #hear(watched: StreamMessage): void {
    this.#queue.push(watched)
    if (this.#isScheduled) return
    this.#isScheduled = true
    const flush = () => {
      if (!this.#isScheduled) return
      this.#isScheduled = false
      clearTimeout(late)
      cancelAnimationFrame(frame)
      const { stale, all } = this.store.takeIn(this.#queue)
      this.#queue = []
      if (all) void this.attempt(() => this.load())
      else for (const what of stale) this.refresh(what)
      this.store.told()
    }
    const late = setTimeout(flush, waits.frame)
    const frame = requestAnimationFrame(flush)
  }

  /** Asks for what has changed, soon; not again before that is answered, and rarer where answers take long. */
  refresh(what: Stale): void {
    const running = this.#refreshing.get(what)
    if (running) return void this.#refreshing.set(what, 'again')
    this.#refreshing.set(what, 'waiting')
    const began = performance.now()
    void this.#ask(what)
      .then(() => this.store.told())
      .catch(() => {})
      .then(() => {
        setTimeout(
          () => {
            const isAsked = this.#refreshing.get(what) === 'again'
            this.#refreshing.delete(what)
            if (isAsked && !this.#abort.signal.aborted) this.refresh(what)
          },
          Math.max(waits.refresh, rest * (performance.now() - began)),
        )
      })
  }

  async #ask(what: Stale): Promise<void> {
    const { client, store } = this
    const { world } = client
    const of = <T>(path: string) => client.call<T>('GET', path)
    if (what === 'state') {
      const state = await of<Record<string, Row[]>>('/state')
      if (world === client.world) store.takeState(state)
    } else if (what === 'upcoming') {
      const { upcoming } = await of<{ upcoming: Upcoming[] }>('/upcoming')
      if (world === client.world) store.takeUpcoming(upcoming)
    } else if (what === 'scenario') {
      store.report = await of<Report>('/scenario')
    } else if (what === 'faults') {
      store.faults = (await of<{ faults: FaultView[] }>('/faults')).faults
    } else {
      const { worlds } = await client.call<{ worlds: WorldView[] }>('GET', '/worlds', undefined, null)
      store.worlds = worlds.map(({ id, scenario, seed, now }) => ({ id, scenario, seed, now }))
      // The world that is shown has ended.
      if (store.world !== null && !worlds.some(({ id }) => id === store.world)) await this.choose(null)
    }
  }
}
