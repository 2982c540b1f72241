import { ApiError, apiErrors, UsageError } from '../engine/errors.ts'
import { shown } from '../engine/messages.ts'
import { formatDuration, repeat, stopwatch } from '../engine/time/clock.ts'

/** A world as the control API shows it. */
export interface WorldView {
  readonly id: string
  /** Of its first key; it alone decides that a call reaches this world. */
  readonly token: string
  readonly scenario: string
  readonly seed: number
  /** Virtual time. */
  readonly now: string
}

/** What a world of a mock is, to those that keep it. */
export interface Inhabited {
  readonly token: string
  readonly seed: number
  readonly ready: Promise<void>
  readonly scenario: { readonly name: string }
  readonly clock: { now(): string }
  end(): void
}

interface Kept<M> {
  readonly mock: M
  /** Real milliseconds. */
  used: number
}

/** How many ended worlds are remembered, so that whoever calls one is told. */
const mostEnded = 1000

/** Isolated worlds beside a mock's own. Every token of one begins with its ID, so that the token alone finds it. */
export class Worlds<M extends Inhabited, Options> {
  readonly #kept = new Map<string, Kept<M>>()
  /** Why each came to an end. */
  readonly #ended = new Map<string, string>()
  #count = 0
  #stopSweeping: (() => void) | undefined
  readonly #make: (id: string, options: Options) => M
  readonly #most: number
  readonly #idle: number

  /**
   * @param most how many there may be
   * @param idle microseconds of real time after which an unused one ends
   */
  constructor(make: (id: string, options: Options) => M, most: number, idle: number) {
    this.#make = make
    this.#most = most
    this.#idle = idle
  }

  /**
   * Makes a world of its own: records, clock, scenario, journal and tokens.
   *
   * @param options of a mock, or `{ snapshot }` to begin where the mock's own world was then; without `scenario` and
   *   `fixtures` it begins as the mock's own did
   * @throws an Error if an option is at fault, or there are as many worlds as may be
   */
  async create(options: Options = {} as Options): Promise<M> {
    if (typeof options !== 'object' || options === null) {
      throw new UsageError(`Failed to create a world: options must be an object, got ${shown(options)}.`)
    }
    this.#sweep()
    if (this.#kept.size >= this.#most) {
      throw new ApiError(
        'limit-exceeded',
        `There are ${this.#kept.size} worlds, and there may be no more: delete those that are no longer used, or allow more.`,
      )
    }
    const id = `w${this.#count + 1}`
    const mock = this.#make(id, options)
    this.#count++
    this.#kept.set(id, { mock, used: stopwatch() })
    this.#stopSweeping ??= repeat(Math.max(1, this.#idle / 1000), () => this.#sweep())
    await mock.ready
    return this.get(id)
  }

  /** Throws an Error if there is none. */
  get(id: string): M {
    const kept = this.#kept.get(id)
    if (!kept) throw apiErrors.unknownId('world', id)
    kept.used = stopwatch()
    return kept.mock
  }

  /** The world that a call's header `Authorization` reaches, if it is not the mock's own. */
  calledBy({ header }: { header(name: string): string | null | undefined }): M | undefined {
    if (this.#kept.size === 0) return undefined
    const kept = this.#kept.get(/^ *token +(w\d+)-/i.exec(header('authorization') ?? '')?.[1] ?? '')
    if (!kept) return undefined
    kept.used = stopwatch()
    return kept.mock
  }

  /** Why a token is no longer known, where it was that of a world. */
  whyUnknown(token: string): string {
    const [, id = ''] = /^(w\d+)-/.exec(token) ?? []
    const why = this.#ended.get(id)
    return why === undefined ? '' : ` Its world ${id} ${why}.`
  }

  list(): readonly WorldView[] {
    return Array.from(this.#kept, ([id, { mock }]) => showWorld(id, mock))
  }

  /** Ends a world, and frees what it held. Throws an Error if there is none. */
  delete(id: string): void {
    this.get(id)
    this.#end(id, 'was deleted')
  }

  /** Each of them. */
  all(): M[] {
    return Array.from(this.#kept.values(), ({ mock }) => mock)
  }

  #sweep(): void {
    const oldest = stopwatch() - this.#idle / 1000
    for (const [id, { used }] of this.#kept) {
      if (used <= oldest) this.#end(id, `ended: nobody used it for ${formatDuration(this.#idle)}`)
    }
  }

  #end(id: string, why: string): void {
    const kept = this.#kept.get(id)
    this.#kept.delete(id)
    this.#ended.set(id, why)
    const [first] = this.#ended.keys()
    if (this.#ended.size > mostEnded && first !== undefined) this.#ended.delete(first)
    if (this.#kept.size === 0) {
      this.#stopSweeping?.()
      this.#stopSweeping = undefined
    }
    kept?.mock.end()
  }
}

/** A world as the control API shows it. */
export function showWorld(
  id: string,
  { token, seed, scenario, clock }: Pick<Inhabited, 'token' | 'seed' | 'scenario' | 'clock'>,
): WorldView {
  return { id, token, scenario: scenario.name, seed, now: clock.now() }
}
