import type { Journal } from '../../engine/journal.ts'
import type { Instant } from '../../engine/time/instant.ts'
import type { World } from '../../engine/world.ts'
import type { MockTypes } from '../api.ts'
import type { MockOptionsOf } from '../options.ts'
import type { RunTimes, ScenarioHost } from '../scenario-host.ts'

/** What a replay must know of a mock beside its recording. */
interface Present<A extends MockTypes> {
  readonly options: MockOptionsOf<A>
  /** Whether webhooks are held back. */
  readonly held: boolean
  /** Whether others than this machine may call. */
  readonly exposed: boolean
}

/** How a recording began. */
interface Beginning<A extends MockTypes> extends Present<A> {
  readonly times: RunTimes
  /** When the initial state was restored last, in real time. */
  readonly reset: Instant | undefined
  readonly origin: string
}

/** How the recording of a world began. */
export class Past<A extends MockTypes> {
  #beginning: Beginning<A> | undefined

  constructor(
    readonly world: World<A['api']>,
    readonly host: ScenarioHost<A>,
    readonly journal: Journal,
    readonly present: () => Present<A>,
  ) {
    this.begin()
  }

  /** @param reset when the initial state was restored, in real time, if it was */
  begin(reset?: Instant): void {
    const { times } = this.host
    this.#beginning = times && { ...this.present(), times, reset, origin: this.world.origin }
  }

  /** Forgets how it began: the world is in the state of another one. */
  forget(): void {
    this.#beginning = undefined
  }

  get beginning(): Beginning<A> | undefined {
    return this.#beginning
  }
}
