import * as z from 'zod'
import defaultFixture from '../fixtures/default.json' with { type: 'json' }
import emptyFixture from '../fixtures/empty.json' with { type: 'json' }
import limitedFixture from '../fixtures/limited.json' with { type: 'json' }
import superFixture from '../fixtures/super.json' with { type: 'json' }
import twoOrganisations from '../fixtures/two-organisations.json' with { type: 'json' }
import { type ScenarioName, scenarios } from '../scenarios/index.ts'
import { loadFixtures } from './contract/fixture.ts'
import type { Fixture, FixtureName } from './contract/fixture-type.ts'
import { problemsOf, worded } from './contract/problems.ts'
import { Texts } from './contract/texts.ts'
import type { Dialect } from './contract/viewer.ts'
import type { Controls } from './control/controls.ts'
import { controlRoutes } from './control/routes.ts'
import { TimeControl } from './control/time.ts'
import type { Models } from './db/models.ts'
import type { Counts } from './domain/counts.ts'
import { completeCounts, generate } from './domain/generate.ts'
import { defaultSettings, World, type WorldState } from './domain/world.ts'
import { refusal } from './errors.ts'
import { enterApi, type Scene } from './handlers/call.ts'
import type { Answer, Incoming } from './handlers/exchange.ts'
import { apiRoutes } from './handlers/index.ts'
import { Router } from './handlers/route.ts'
import { type Actions, actionsOf } from './scenario/act.ts'
import { ScenarioControl } from './scenario/control.ts'
import { Director } from './scenario/director.ts'
import { readScenario } from './scenario/load.ts'
import type { ClockInput, ScenarioInput, SettingsInput } from './scenario/scenario-type.ts'
import { ClockSettings, Generate, type Scenario, Settings } from './scenario/schema.ts'
import { catalogue } from './services/catalogue.ts'
import { either, nearest, shown } from './words.ts'

/** The base URL of the real API. */
export const apiUrl = 'https://ricloud-api.reincubate.com'

/** The fixtures that come with the package, by name. */
const fixtures: Readonly<Record<FixtureName, Fixture>> = {
  default: defaultFixture,
  empty: emptyFixture,
  limited: limitedFixture,
  super: superFixture,
  'two-organisations': twoOrganisations,
}

/** A test checks what comes with the package; it need not be checked again for every world. */
const builtIn: ReadonlySet<Fixture> = new Set(Object.values(fixtures))

export interface MockOptions {
  /** A built-in scenario by its name, or one of your own; `default` by default. The options below outweigh it. */
  readonly scenario?: ScenarioName | ScenarioInput | undefined
  /** Lets `close()` throw, as `scenario.verify()` does, if a step, account or fault of the scenario never came to pass. */
  readonly strict?: boolean | undefined
  /** From 0 to 4294967295; equal seeds, clocks and calls give equal bytes. 1 by default. */
  readonly seed?: number | undefined
  /** The token of the first key; by default the fixture's, `ricloud-mock-token`. */
  readonly token?: string | undefined
  /** Where time begins (the present by default), whether it stands still, and how fast it runs. */
  readonly clock?: ClockInput | undefined
  /** Fixes the dialect; by default the caller's User-Agent decides. */
  readonly dialect?: Dialect | undefined
  readonly settings?: SettingsInput | undefined
  /** What the world holds at first: names, and bodies as the API sends them. `['default']` by default. */
  readonly fixtures?: readonly (FixtureName | Fixture)[] | undefined
  /** Plausible records, from the seed. Unless `fixtures` are named too, they stand in place of the sample users, sources and sessions. */
  readonly generate?: Counts | undefined
  /** Told of what nobody may miss; by default errors go to `console.error`. */
  readonly log?: ((level: 'warn' | 'error', message: string) => void) | undefined
}

const Options = z.strictObject({
  scenario: z.custom<ScenarioName | ScenarioInput>().default('default'),
  strict: z.boolean().default(false),
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 32 - 1)
    .default(1),
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces, and not empty')
    .optional(),
  clock: ClockSettings.optional(),
  dialect: z.enum(['documented', 'ricloud-py']).optional(),
  settings: Settings.optional(),
  fixtures: z.custom<readonly (FixtureName | Fixture)[]>(Array.isArray, 'must be an array').optional(),
  generate: Generate.optional(),
  log: z.custom<NonNullable<MockOptions['log']>>((log) => typeof log === 'function', 'must be a function').optional(),
})

/** Reads options; throws an Error that names each one at fault. */
function readOptions(options: MockOptions, also: readonly string[]): z.output<typeof Options> {
  if (typeof options !== 'object' || options === null) {
    throw new Error(
      `Failed to create the mock: options must be an object such as { scenario: "two-factor" }, got ${shown(options)}.`,
    )
  }
  const result = Options.safeParse(options, { reportInput: true, error: worded })
  if (result.success) return result.data
  const problems = problemsOf(Options, result.error, undefined, also)
  throw new Error(`Failed to create the mock: ${problems.join('; ')}`)
}

/** What is called so, or an Error that lists what there is. */
function byName<T>(known: Readonly<Record<string, T>>, name: unknown, kind: string): T {
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name] as T
  const names = Object.keys(known)
  if (typeof name === 'string' && /[./\\]/.test(name)) {
    throw new Error(
      `Failed to create the mock: ${shown(name)} is a path; read it with await loadScenario(${shown(name)}).`,
    )
  }
  throw new Error(
    `Failed to create the mock: no ${kind} is called ${shown(name)}; there are ${either(names)}.${nearest(String(name), names)}`,
  )
}

function scenarioOf(scenario: ScenarioName | ScenarioInput): Scenario {
  if (scenario instanceof Promise) {
    throw new Error('Failed to create the mock: scenario is a promise; write `scenario: await loadScenario(…)`.')
  }
  const written = typeof scenario === 'object' ? scenario : byName<ScenarioInput>(scenarios, scenario, 'scenario')
  return readScenario(written, written?.scenario === undefined ? 'given' : shown(written.scenario))
}

/** What is given, without what is not. */
function given<T extends object>(values: T | undefined): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never
}

/** One ricloud, in memory: a world of its own, the API that answers from it, and the means to arrange it. */
export class Mock implements Controls {
  /** The seed of the world. */
  readonly seed: number
  /** The token that the first key has at first; a rotation gives the key another. */
  readonly token: string
  /** Whether what never came to pass in the scenario counts as a failure. */
  readonly strict: boolean
  /** The virtual clock. */
  readonly clock: TimeControl
  /** The scenario, and what it has done so far. */
  readonly scenario: ScenarioControl
  /** What administrators, services and owners do, by the names that scenarios use: `actions['session.expire']({ where })`. */
  readonly actions: Actions
  /** The plain @mswjs/data models, for arranging and looking at records in tests. */
  readonly db: Models
  /** Settles when generated records are there: `fetch` waits by itself, whoever looks into `db` or moves the clock does so after it. */
  readonly ready: Promise<void>
  readonly #world: World
  readonly #api: Router<Scene>
  readonly #control: Router<{ mock: Controls }>
  #morning: WorldState
  #isReady = true

  /**
   * Throws an Error that names every option at fault, or a ScenarioError that lists every problem of the scenario.
   *
   * @param also what else whoever makes the mock takes as options
   */
  constructor(options: MockOptions = {}, also: readonly string[] = []) {
    const { seed, token, strict, dialect, log = logErrors, ...read } = readOptions(options, also)
    const scenario = scenarioOf(read.scenario)
    const clock = { ...given(scenario.clock), ...given(read.clock) }
    const accounts = [...(scenario.accounts ?? []), ...(scenario.catalogue === false ? [] : catalogue)]
    this.#world = new World({
      seed,
      clock,
      settings: { ...defaultSettings, ...given(scenario.settings), ...given(read.settings) },
      accounts,
    })
    this.seed = seed
    this.strict = strict

    const named = (read.fixtures ?? scenario.fixtures) as readonly (FixtureName | Fixture)[] | undefined
    const counts = read.generate ?? scenario.generate
    if (counts) completeCounts(counts)
    const chosen = (named ?? ['default' as const]).map((name) =>
      typeof name === 'object' ? name : byName(fixtures, name, 'fixture'),
    )
    loadFixtures(this.#world, chosen, { people: !counts || named !== undefined, checked: builtIn })
    const { key } = this.#world.tables
    const [first] = [...key.all()].sort((a, b) => a.id - b.id)
    if (!first) throw new Error('Failed to create the mock: its fixtures have no key.')
    const holder = token === undefined ? undefined : key.find(token)
    if (holder && holder.id !== first.id) {
      throw new Error(`Failed to create the mock: the token is that of key ${holder.id} already.`)
    }
    if (token) key.update(first, { token })
    this.token = token ?? first.token

    const director = new Director(this.#world, scenario, scenario.accounts ?? [], log)
    this.clock = new TimeControl(this.#world)
    this.scenario = new ScenarioControl(director, () => this.#world.settle())
    this.actions = actionsOf(this.#world)
    this.db = this.#world.database.models
    const { random, faults } = this.#world
    const strike = (method: string, path: string) => faults.strike(method, path, this.#world.clock.now(), random)
    const texts = new Texts()
    const enter = (incoming: Incoming) => enterApi(this.#world, texts, incoming, dialect)
    this.#api = new Router(this.#world, apiRoutes, enter, log, {
      strike,
      answered: (method, path, { caller }, view) => director.called(method, path, caller, view),
    })
    this.#control = new Router(this.#world, controlRoutes, () => ({ mock: this }), log)
    this.#morning = this.#world.save()
    this.ready = counts ? this.#generate(counts) : Promise.resolve()
    // Whoever awaits it, a call or the developer, gets the error; until then it is nobody's.
    this.ready.catch(() => {})
  }

  async #generate(counts: Counts): Promise<void> {
    this.#isReady = false
    await generate(this.#world, counts)
    this.#morning = this.#world.save()
    this.#isReady = true
  }

  /**
   * Answers a request to any host, as the API would, and never reaches the network. Where a scripted fault resets the
   * connection, the answer is a network error.
   */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const request = typeof input === 'string' || input instanceof URL ? new Request(input, init) : input
    const { status, headers, body, close } = await this.respond({
      method: request.method,
      url: request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2)).replace(/#.*/s, ''),
      header: (name) => request.headers.get(name),
      body: async (limit) => {
        const bytes = await request.arrayBuffer().catch(() => {
          throw refusal.bodyCut()
        })
        return bytes.byteLength > limit ? undefined : new TextDecoder().decode(bytes)
      },
    })
    if (close === 'reset' || close === 'empty') return Response.error()
    const content = request.method === 'HEAD' ? null : close === 'truncated' ? cut(body) : body
    return new Response(content, { status, headers })
  }

  /** Answers a request in the form that doors of one's own hand it in. */
  async respond(incoming: Incoming): Promise<Answer> {
    if (!this.#isReady) await this.ready
    const control = incoming.url.startsWith('/_mock') && /^\/_mock(?:[/?]|$)/.test(incoming.url)
    return (control ? this.#control : this.#api).respond(incoming)
  }

  /** Gives back exactly the first morning: records, clock, chance, what is due, and how far the scenario has come. */
  reset(): void {
    this.#world.restore(this.#morning)
  }
}

/** The first half of a body, and then a failing connection. */
function cut(body: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(body.slice(0, body.length / 2))),
    pull: (controller) => controller.error(new TypeError('terminated')),
  })
}

function logErrors(level: 'warn' | 'error', message: string): void {
  // biome-ignore lint/suspicious/noConsole: a bug of ours must not go unseen where nobody asked for a log
  if (level === 'error') console.error(message)
}
