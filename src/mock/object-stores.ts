import type { StoreCallView } from '../control/stream.ts'
import { worldIn } from '../control/worlds.ts'
import type { ApiTypes } from '../engine/api-types.ts'
import { storeTokenIn } from '../engine/authorization.ts'
import type { Answer, Incoming, ObjectStore } from '../engine/http/exchange.ts'
import { pathOf } from '../engine/http/url.ts'
import { stopwatch } from '../engine/time/clock.ts'
import { formatInstant } from '../engine/time/instant.ts'
import type { World } from '../engine/world.ts'
import { readStoreCall, type StoreCall } from '../storage/hosts.ts'
import { type NamedBucket, StoredObjects } from '../storage/objects.ts'

/** The object store that a URL leads to: the real one of a bucket that exists in one of these mocks. */
export function storeIn(
  mocks: () => readonly { answersStore(call: StoreCall): boolean }[],
  url: string,
): ObjectStore | undefined {
  const call = readStoreCall(url)
  return call && mocks().some((mock) => mock.answersStore(call)) ? call.store : undefined
}

/** The objects of a world for clients of the stores that they are published to. */
export class ObjectStores<A extends ApiTypes> {
  readonly #world: World<A>
  readonly #answered: (view: () => StoreCallView) => void
  readonly #named: (world: World<A>) => readonly NamedBucket[]

  /**
   * @param answered called after each call
   * @param named what names buckets in the records of the API
   */
  constructor(
    world: World<A>,
    answered: (view: () => StoreCallView) => void,
    named: (world: World<A>) => readonly NamedBucket[] = () => [],
  ) {
    this.#world = world
    this.#answered = answered
    this.#named = named
  }

  #objectsOf(store: ObjectStore): StoredObjects {
    return new StoredObjects(store, this.#world.buckets, this.#named(this.#world))
  }

  /** Whether a call to a real host is about a bucket of this world, or for a token of a store that has one. */
  answers({ store, bucket }: StoreCall): boolean {
    const objects = this.#objectsOf(store)
    return bucket === undefined ? objects.buckets().length > 0 : objects.bucket(bucket) !== undefined
  }

  /** Credentials are not checked, unless they are the token of a world that is not this one, because it has ended. */
  async respond(incoming: Incoming, store: ObjectStore): Promise<Answer> {
    const began = stopwatch()
    // Most mocks are asked for no object.
    const { answerStore, refuseCredentials } = await import('../storage/index.ts')
    const world = this.#world
    world.time.runDue()
    const token = storeTokenIn(incoming)
    const named = worldIn(token)
    const answer =
      named === undefined || named === world.id
        ? answerStore(incoming, this.#objectsOf(store))
        : refuseCredentials(store, `There is no world ${named}.${world.whyUnknown(token)}`)
    const now = world.clock.now()
    this.#answered(() => {
      const { status, error = null } = answer
      const duration_ms = Math.round((stopwatch() - began) * 1000) / 1000
      // The signature of a signed URL is in its query.
      const path = pathOf(incoming.url)
      return { store, at: formatInstant(now), method: incoming.method, path, status, error, duration_ms }
    })
    const date = new Date(now / 1000).toUTCString()
    return { ...answer, headers: { ...answer.headers, date } }
  }
}
