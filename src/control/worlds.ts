import * as z from 'zod'
import { tokenOf } from '../engine/authorization.ts'
import { ApiError, apiErrors, UsageError } from '../engine/errors.ts'
import type { Incoming } from '../engine/http/exchange.ts'
import { created, ok } from '../engine/http/route.ts'
import { requireOptions } from '../engine/options.ts'
import { type Problem, problemText } from '../engine/place.ts'
import { repeat, stopwatch } from '../engine/time/clock.ts'
import { formatDuration } from '../engine/time/duration.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import { routeWith } from './routing.ts'

/** A world as the control API shows it. */
export interface WorldView {
  readonly id: string
  /** The token of its first key. The token alone decides that a call reaches this world. */
  readonly token: string
  readonly scenario: string
  readonly seed: number
  /** Virtual time. */
  readonly now: string
}

/** What `Worlds` needs of the mock that it makes for each world. */
export interface WorldMock extends ShownMock {
  readonly ready: Promise<void>
  end(): void
}

/** The parts of a mock that the view of its world shows. */
export interface ShownMock {
  readonly token: string
  readonly seed: number
  readonly scenario: { readonly name: string }
  readonly clock: { now(): string }
}

interface Entry<M> {
  readonly mock: M
  /** When it was last used, in real milliseconds. */
  used: number
}

/** The limit of ended worlds that are remembered, so that the error of a call with the token of one says why it ended. */
const maxEnded = 1000

/** The ID of the world that a token belongs to; undefined for a token of no such world. */
export const worldIn = (token = ''): string | undefined => /^(w\d+)-/.exec(token)?.[1]

/** Additional isolated worlds of a mock. Each token of a world begins with the ID of that world. */
export class Worlds<M extends WorldMock, Options> {
  readonly #worlds = new Map<string, Entry<M>>()
  /** Why each ended. */
  readonly #ended = new Map<string, string>()
  #count = 0
  #stopSweeping: (() => void) | undefined
  readonly #make: (id: string, options: Options) => M
  readonly #max: number
  readonly #idle: number

  /**
   * @param max how many there may be
   * @param idle microseconds of real time after which an unused one ends
   */
  constructor(make: (id: string, options: Options) => M, max: number, idle: number) {
    this.#make = make
    this.#max = max
    this.#idle = idle
  }

  /**
   * Makes a world with its own records, clock, scenario, journal and tokens.
   *
   * @param options of a mock, or `{ snapshot }` to begin with the state in that snapshot of the mock's own world;
   *   without `scenario` and `fixtures` it has the initial state of the mock's own world
   * @throws an Error if an option is invalid, or the greatest number of worlds is reached
   */
  async create(options: Options = {} as Options): Promise<M> {
    requireOptions(options as Options & object, 'create a world', 'scenario')
    this.#sweep()
    if (this.#worlds.size >= this.#max) {
      throw new ApiError(
        'limit-exceeded',
        `There are ${this.#worlds.size} worlds, and there may be no more: delete those that are no longer used, or allow more.`,
      )
    }
    const id = `w${this.#count + 1}`
    const mock = this.#make(id, options)
    this.#count++
    this.#worlds.set(id, { mock, used: stopwatch() })
    this.#stopSweeping ??= repeat(Math.max(1, this.#idle / 1000), () => this.#sweep())
    await mock.ready
    return this.get(id)
  }

  /** Throws an Error if there is none. */
  get(id: string): M {
    const entry = this.#worlds.get(id)
    if (!entry) throw apiErrors.unknownId('world', id)
    entry.used = stopwatch()
    return entry.mock
  }

  /** The world that the credentials of a request name; undefined if it is the mock's own. */
  calledBy(incoming: Pick<Incoming, 'header' | 'url' | 'store'>): M | undefined {
    if (this.#worlds.size === 0) return undefined
    const entry = this.#worlds.get(worldIn(tokenOf(incoming)) ?? '')
    if (!entry) return undefined
    entry.used = stopwatch()
    return entry.mock
  }

  /** A sentence that says why the world of an unknown token ended; empty if the token belonged to none. */
  whyUnknown(token: string): string {
    const id = worldIn(token) ?? ''
    const why = this.#ended.get(id)
    return why === undefined ? '' : ` Its world ${id} ${why}.`
  }

  list(): readonly WorldView[] {
    return Array.from(this.#worlds, ([id, { mock }]) => showWorld(id, mock))
  }

  /** Ends a world, and frees its memory. Throws an Error if there is none. */
  delete(id: string): void {
    this.get(id)
    this.#end(id, 'was deleted')
  }

  all(): M[] {
    return Array.from(this.#worlds.values(), ({ mock }) => mock)
  }

  #sweep(): void {
    const oldest = stopwatch() - this.#idle / 1000
    for (const [id, { used }] of this.#worlds) {
      if (used <= oldest) this.#end(id, `ended: nobody used it for ${formatDuration(this.#idle)}`)
    }
  }

  #end(id: string, why: string): void {
    const entry = this.#worlds.get(id)
    this.#worlds.delete(id)
    this.#ended.set(id, why)
    const [first] = this.#ended.keys()
    if (this.#ended.size > maxEnded && first !== undefined) this.#ended.delete(first)
    if (this.#worlds.size === 0) {
      this.#stopSweeping?.()
      this.#stopSweeping = undefined
    }
    entry?.mock.end()
  }
}

export function showWorld(id: string, { token, seed, scenario, clock }: ShownMock): WorldView {
  return { id, token, scenario: scenario.name, seed, now: clock.now() }
}

const givenRecord = z.record(z.string(), z.unknown())
const fixture = z.union([z.string(), givenRecord], { error: 'must be the name of a fixture, or an object of records' })

/** The options of an initial state over HTTP; their values are checked where the mock reads its options. */
export const InitialState = z.strictObject({
  scenario: z
    .union([z.string(), givenRecord], { error: 'must be the name of a scenario, or an object that is a whole one' })
    .optional(),
  fixtures: z.array(fixture).optional(),
  seed: z.unknown().optional(),
  clock: z.unknown().optional(),
  settings: z.unknown().optional(),
  generate: z.unknown().optional(),
  dialect: z.unknown().optional(),
})

/** Makes a world from the options in a body. The problems of an error name the attributes of the body. */
export async function fromBody<Body extends z.output<typeof InitialState>, Made>(
  body: Body,
  make: (options: never) => Made,
): Promise<Awaited<Made>> {
  try {
    return await make(body as never)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const ofFixtures = body.fixtures ? [] : ['scenario']
    const inBody = (problem: Problem): Problem => {
      const { path = [], origin, what } = problem
      if (origin !== undefined) return { path: [...ofFixtures, 'fixtures'], what: problemText(problem) }
      const [name = ''] = path
      const isOption = !(error instanceof ScenarioError) && Object.hasOwn(WorldOptions.shape, name)
      const parent = !isOption ? ['scenario'] : name === 'fixtures' ? ofFixtures : []
      return { path: [...parent, ...path], what }
    }
    throw new UsageError(error.message, error.placed.map(inBody))
  }
}

const WorldOptions = InitialState.extend({
  /** The name of a snapshot of the mock's own world. */
  snapshot: z.string().optional(),
})

const route = routeWith<{
  readonly worlds: {
    list(): readonly WorldView[]
    create(options: never): Promise<ShownMock & { readonly id: string | null }>
    delete(id: string): void
  }
}>()

export const worldRoutes = [
  route({
    method: 'GET',
    path: '/_mock/worlds',
    operation: 'listWorlds',
    summary: 'The isolated worlds beside the first one',
    answers: { 200: 'worlds' },
    handle: ({ mock }) => ok({ worlds: mock.worlds.list() }),
  }),
  route({
    method: 'POST',
    path: '/_mock/worlds',
    operation: 'createWorld',
    summary:
      'Make one: `{scenario, fixtures, seed, clock, settings, generate, dialect}` or `{snapshot}`; its token alone decides that a call reaches it',
    body: WorldOptions,
    answers: { 201: 'world' },
    errors: ['limit-exceeded'],
    handle: async ({ mock, body }) => {
      const world = await fromBody(body, (options) => mock.worlds.create(options))
      return created(showWorld(world.id as string, world))
    },
  }),
  route({
    method: 'DELETE',
    path: '/_mock/worlds/{id}',
    operation: 'deleteWorld',
    summary: 'Delete one',
    answers: { 200: 'worlds' },
    handle: ({ mock, params }) => {
      mock.worlds.delete(params.id)
      return ok({ worlds: mock.worlds.list() })
    },
  }),
]
