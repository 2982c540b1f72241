import * as z from 'zod'
import defaultFixture from '../fixtures/default.json' with { type: 'json' }
import emptyFixture from '../fixtures/empty.json' with { type: 'json' }
import superFixture from '../fixtures/super.json' with { type: 'json' }
import twoOrganisations from '../fixtures/two-organisations.json' with { type: 'json' }
import { type Duration, parseDuration, readInstant } from './clock.ts'
import { type Fixture, loadFixture } from './contract/fixture.ts'
import type { Dialect } from './contract/viewer.ts'
import { type Controls, controlRoutes } from './control/routes.ts'
import { TimeControl } from './control/time.ts'
import type { Models } from './db/models.ts'
import { type Counts, generate } from './domain/generate.ts'
import { World, type WorldState } from './domain/world.ts'
import { enterApi } from './handlers/call.ts'
import { apiRoutes } from './handlers/index.ts'
import { type Answer, type Incoming, Router } from './handlers/route.ts'
import { either, nearest, shown } from './words.ts'

/** The base URL of the real API. */
export const apiUrl = 'https://ricloud-api.reincubate.com'

/** The fixtures that come with the package, by name. */
const fixtures = {
  default: defaultFixture,
  empty: emptyFixture,
  super: superFixture,
  'two-organisations': twoOrganisations,
} as unknown as Readonly<Record<FixtureName, Fixture>>

export type FixtureName = 'default' | 'empty' | 'super' | 'two-organisations'

export interface MockOptions {
  /** From 0 to 4294967295; equal seeds, clocks and calls give equal bytes. 1 by default. */
  readonly seed?: number | undefined
  /** The token of the first key; by default the fixture's, `ricloud-mock-token`. */
  readonly token?: string | undefined
  /** Where time begins (the present by default), whether it stands still, and how fast it runs. */
  readonly clock?: { readonly start?: string | Date; readonly frozen?: boolean; readonly speed?: number } | undefined
  /** Fixes the dialect; by default the caller's User-Agent decides. */
  readonly dialect?: Dialect | undefined
  readonly settings?:
    | {
        /** How long a session stays pending; `0s` by default: until the next call. */
        readonly session_init?: Duration
        /** After how long the service ends a session; null, the default, for never. */
        readonly session_lifetime?: Duration | null
        /** How long a replaced token still works; `6h` by default. */
        readonly rotation_grace?: Duration
      }
    | undefined
  /** What the world holds at first: a name, or bodies as the API sends them. `default` by default. */
  readonly fixture?: FixtureName | Fixture | undefined
  /** Plausible records, from the seed, in place of the fixture's users, sources and sessions. */
  readonly generate?: Counts | undefined
  /** Told of what nobody may miss; by default errors go to `console.error`. */
  readonly log?: ((level: 'warn' | 'error', message: string) => void) | undefined
}

const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})
const count = z.int().nonnegative().max(10_000_000).optional()

const Options = z.strictObject({
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 32 - 1)
    .default(1),
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')
    .optional(),
  clock: z
    .strictObject({
      start: z.union([z.string(), z.date()]).optional(),
      frozen: z.boolean().default(false),
      speed: z.number().positive().default(1),
    })
    .default({ frozen: false, speed: 1 }),
  dialect: z.enum(['documented', 'ricloud-py']).optional(),
  settings: z
    .strictObject({
      session_init: duration.default(0),
      session_lifetime: duration.nullable().default(null),
      rotation_grace: duration.default(parseDuration('6h')),
    })
    .prefault({}),
  fixture: z.custom<FixtureName | Fixture>().default('default'),
  generate: z.strictObject({ users: count, sources: count, sessions: count }).optional(),
  log: z.custom<NonNullable<MockOptions['log']>>((log) => typeof log === 'function', 'must be a function').optional(),
})

/** Reads options; throws an Error that names each one at fault. */
function readOptions(options: MockOptions): z.output<typeof Options> {
  const result = Options.safeParse(options)
  if (result.success) return result.data
  const faults = result.error.issues.map((issue) => {
    const place = issue.path.join('.') || 'options'
    const hint =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => nearest(key, Object.keys(Options.shape))).join('')
        : ''
    return `${place}: ${issue.message}${hint}`
  })
  throw new Error(`Failed to create the mock: ${faults.join('; ')}`)
}

function readFixture(fixture: FixtureName | Fixture): Fixture {
  if (typeof fixture === 'object') return fixture
  if (Object.hasOwn(fixtures, fixture)) return fixtures[fixture]
  const names = Object.keys(fixtures)
  throw new Error(
    `Failed to create the mock: no fixture is called ${shown(fixture)}; there are ${either(names)}.${nearest(String(fixture), names)}`,
  )
}

/** One ricloud, in memory: a world of its own, the API that answers from it, and the means to arrange it. */
export class Mock implements Controls {
  /** The seed of the world. */
  readonly seed: number
  /** The token of the first key. */
  readonly token: string
  /** The virtual clock. */
  readonly clock: TimeControl
  /** The plain @mswjs/data models, for arranging and looking at records in tests. */
  readonly db: Models
  /** Settles when generated records are there; `fetch` waits for it by itself. */
  readonly ready: Promise<void>
  readonly #world: World
  readonly #api: Router<ReturnType<typeof enterApi>>
  readonly #control: Router<{ mock: Controls }>
  readonly #present: boolean
  #morning: WorldState
  #generating = false

  /** Throws an Error that names every option at fault. */
  constructor(options: MockOptions = {}) {
    const { seed, token, clock, dialect, settings, fixture, generate: counts, log = logErrors } = readOptions(options)
    const { start, ...pace } = clock
    this.#world = new World({ seed, clock: start ? { ...pace, start: readInstant(start) } : pace, settings })
    this.#present = start === undefined
    this.seed = seed
    const { organisations, keys, ...people } = readFixture(fixture)
    const nobody = { users: [], sources: [], sessions: [] }
    loadFixture(this.#world, { organisations, keys, ...(counts ? nobody : people) })
    const { key } = this.#world.tables
    const [first] = [...key.all()].sort((a, b) => a.id - b.id)
    if (!first) throw new Error('Failed to create the mock: the fixture has no key.')
    this.token = (token ? key.update(first, { token }) : first).token
    this.clock = new TimeControl(this.#world)
    this.db = this.#world.database.models
    this.#api = new Router(this.#world, apiRoutes, (incoming) => enterApi(this.#world, incoming, dialect), log)
    this.#control = new Router(this.#world, controlRoutes, () => ({ mock: this }), log)
    this.#morning = this.#world.save()
    this.ready = counts ? this.#generate(counts) : Promise.resolve()
    // Whoever awaits it, a call or the developer, gets the error; until then it is nobody's.
    this.ready.catch(() => {})
  }

  async #generate(counts: Counts): Promise<void> {
    this.#generating = true
    await generate(this.#world, counts)
    this.#morning = this.#world.save()
    this.#generating = false
  }

  /** Answers a request to any host, as the API would: never throws, never reaches the network. */
  async fetch(request: Request): Promise<Response> {
    const { status, headers, body } = await this.respond({
      method: request.method,
      url: request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2)),
      header: (name) => request.headers.get(name),
      body: async (limit) => {
        const bytes = await request.arrayBuffer()
        return bytes.byteLength > limit ? undefined : new TextDecoder().decode(bytes)
      },
    })
    return new Response(request.method === 'HEAD' ? null : body, { status, headers })
  }

  /** Answers a request in the form that doors of one's own hand it in. */
  async respond(incoming: Incoming): Promise<Answer> {
    if (this.#generating) await this.ready
    const control = incoming.url.startsWith('/_mock') && /^\/_mock(?:[/?]|$)/.test(incoming.url)
    return (control ? this.#control : this.#api).respond(incoming)
  }

  /** Gives back exactly the first morning: records, clock, chance and what is due. */
  reset(): void {
    this.#world.restore(this.#morning)
    if (this.#present) this.#world.clock.toPresent()
  }
}

function logErrors(level: 'warn' | 'error', message: string): void {
  // biome-ignore lint/suspicious/noConsole: a bug of ours must not go unseen where nobody asked for a log
  if (level === 'error') console.error(message)
}
