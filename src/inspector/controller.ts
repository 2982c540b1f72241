import type { StreamMessage } from '../control/stream.ts'
import type { WorldView } from '../control/worlds.ts'
import type { DomainEventView } from '../engine/domain-event.ts'
import type { ViewName } from './address.ts'
import { type Client, ControlError } from './client.ts'
import { describeEvents } from './happened.ts'
import { common, loads, needs, streamed } from './loads.ts'
import type { Part, Store } from './store.ts'
import { nextUndo, takenBefore } from './undo.ts'

/** Real milliseconds. */
const waits = { first: 400, longest: 4000, notice: 4000, undo: 20_000, redraw: 200, refresh: 400, small: 50 }

/** The shortest time between two loads of the same, as a multiple of how long the first one took. */
const loadFactor = 8

/** What is loaded again soonest. */
const quick: readonly Part[] = ['state', 'upcoming', 'next']

/** Keeps a store up to date: loads what is shown, follows the stream, loads what messages lack, and reconnects. */
export class Controller {
  readonly #abort = new AbortController()
  #queue: StreamMessage[] = []
  #isScheduled = false
  /** When messages were last applied, in real milliseconds. */
  #applied = 0
  #isRunning = false
  /** Whether the first message of the stream has come. */
  #isGreeted = false
  /** How many loads are under way that messages wait for. */
  #held = 0
  #view: ViewName = 'time'
  readonly #refreshing = new Map<Part, 'waiting' | 'again'>()
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
            this.#isGreeted = false
            this.#queue = []
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
    if (world !== this.store.world) for (const part of this.#ownParts()) this.store.loaded.delete(part)
    this.store.world = world
    this.store.notify()
    return this.attempt(() => this.#reload())
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
      this.refresh('upcoming', 'next', 'scenario', 'snapshots')
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

  /** Loads what a view shows, if it is not loaded. */
  show(view: ViewName): void {
    this.#view = view
    if (this.store.connection !== 'live') return
    const missing = needs[view].filter((part) => this.store.loaded.get(part) !== 'fresh')
    if (missing.length > 0) void this.attempt(() => this.#loadAll(missing))
  }

  /** Loads what the view shows again, the other parts when they are shown. */
  async #reload(): Promise<void> {
    const { store } = this
    store.recordVersion = undefined
    for (const part of this.#ownParts()) store.loaded.set(part, 'stale')
    await this.#loadAll(needs[this.#view].filter((part) => store.loaded.get(part) !== 'fresh'))
    store.begin()
    store.notify()
  }

  /** The loaded parts that differ between worlds. */
  #ownParts(): readonly Part[] {
    return [...this.store.loaded.keys()].filter((part) => !common.includes(part))
  }

  /** Messages wait meanwhile if they would change what is read. */
  async #loadAll(parts: readonly Part[]): Promise<void> {
    const { client, store } = this
    const { world } = client
    const holds = parts.some((part) => streamed.includes(part))
    if (holds) this.#held++
    try {
      const puts = await Promise.all(parts.map((part) => loads[part](client, store)))
      for (const [i, part] of parts.entries()) {
        if (world !== client.world && !common.includes(part)) continue
        puts[i]?.()
        store.loaded.set(part, 'fresh')
      }
      store.notify()
    } finally {
      if (holds && --this.#held === 0 && this.#queue.length > 0) this.#apply()
    }
    // The world that is shown was deleted.
    if (world !== null && parts.includes('worlds') && !store.worlds.some(({ id }) => id === world))
      await this.selectWorld(null)
  }

  async #connected(): Promise<void> {
    const { wasLive, world, loaded } = this.store
    for (const part of loaded.keys()) loaded.set(part, 'stale')
    // The world that was shown, or that the URL names, may have been deleted.
    const isLoaded = (await this.selectWorld(world)) || (world !== null && (await this.selectWorld(null)))
    if (!isLoaded) return
    this.store.wasLive = true
    this.#set('live')
    this.show(this.#view)
    if (wasLive) this.notice('Connected again.')
  }

  #set(connection: Store['connection']): void {
    this.store.setConnection(connection)
    this.store.notify()
  }

  /** Applies messages at once, but at most five times a second. */
  #receive(message: StreamMessage): void {
    // The first message is the clock, which is loaded.
    if (!this.#isGreeted) {
      this.#isGreeted = true
      return
    }
    this.#queue.push(message)
    if (this.#isScheduled || this.#held > 0) return
    this.#isScheduled = true
    setTimeout(
      () => {
        this.#isScheduled = false
        if (this.#held === 0) this.#apply()
      },
      Math.max(0, this.#applied + waits.redraw - performance.now()),
    )
  }

  #apply(): void {
    this.#applied = performance.now()
    const { stale, all } = this.store.apply(this.#queue)
    this.#queue = []
    if (all) void this.attempt(() => this.#reload())
    else this.refresh(...stale)
    this.store.notify()
  }

  /** Loads a part again; an error is shown as a notice. */
  load(part: Part): Promise<boolean> {
    return this.attempt(() => this.#loadAll([part]))
  }

  /** Loads parts again that the view shows; the others when they are shown. */
  refresh(...parts: readonly Part[]): void {
    for (const part of parts) {
      if (needs[this.#view].includes(part)) this.#refresh(part)
      else if (this.store.loaded.has(part)) this.store.loaded.set(part, 'stale')
    }
  }

  /** At most one request at a time, and less often if answers are slow. */
  #refresh(part: Part): void {
    if (this.#refreshing.has(part)) return void this.#refreshing.set(part, 'again')
    this.#refreshing.set(part, 'waiting')
    const began = performance.now()
    void this.#loadAll([part])
      .catch(() => {})
      .then(() => {
        setTimeout(
          () => {
            const isWanted = this.#refreshing.get(part) === 'again'
            this.#refreshing.delete(part)
            if (isWanted && !this.#abort.signal.aborted) this.refresh(part)
          },
          Math.max(quick.includes(part) ? waits.small : waits.refresh, loadFactor * (performance.now() - began)),
        )
      })
  }
}
