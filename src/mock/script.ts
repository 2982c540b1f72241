import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import emptyFixture from '../../fixtures/empty.json' with { type: 'json' }
import limitedFixture from '../../fixtures/limited.json' with { type: 'json' }
import permissionLimits from '../../fixtures/permission-limits.json' with { type: 'json' }
import superFixture from '../../fixtures/super.json' with { type: 'json' }
import twoOrganisations from '../../fixtures/two-organisations.json' with { type: 'json' }
import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import { loadFixtures } from '../contract/fixture.ts'
import type { Fixture, FixtureName } from '../contract/fixture-type.ts'
import type { Counts } from '../domain/counts.ts'
import { completeCounts } from '../domain/generate.ts'
import { defaultSettings, type Rules, type World } from '../domain/world.ts'
import { UsageError } from '../errors.ts'
import { readScenario } from '../scenario/load.ts'
import type { ScenarioInput } from '../scenario/scenario-type.ts'
import type { Scenario } from '../scenario/schema.ts'
import { catalogue } from '../services/catalogue.ts'
import { either, nearest, shown } from '../words.ts'
import type { ReadOptions } from './options.ts'

/** The fixtures that come with the package, by name. */
const fixtures: Readonly<Record<FixtureName, Fixture>> = {
  default: defaultFixture,
  empty: emptyFixture,
  limited: limitedFixture,
  'permission-limits': permissionLimits,
  super: superFixture,
  'two-organisations': twoOrganisations,
}

/** A test checks what comes with the package; it need not be checked again for every world. */
const builtIn: ReadonlySet<Fixture> = new Set(Object.values(fixtures))

/** A scenario and how its world begins: what it says, and what outweighs it. */
export interface Script {
  readonly scenario: Scenario
  readonly rules: Rules
  readonly fixtures: readonly Fixture[]
  /** Whether the fixtures' users, sources and sessions come too. */
  readonly people: boolean
  readonly generate: Counts | undefined
}

/** Reads a scenario, and what of it the options outweigh. Throws an Error or a ScenarioError that lists every problem. */
export function readScript(given: ScenarioName | ScenarioInput, options: ReadOptions): Script {
  const scenario = scenarioOf(given)
  const accounts = [...(scenario.accounts ?? []), ...(scenario.catalogue === false ? [] : catalogue)]
  const named = (options.fixtures ?? scenario.fixtures) as readonly (FixtureName | Fixture)[] | undefined
  const generate = options.generate ?? scenario.generate
  if (generate) completeCounts(generate)
  return {
    scenario,
    rules: {
      clock: { ...defined(scenario.clock), ...defined(options.clock) },
      settings: { ...defaultSettings, ...defined(scenario.settings), ...defined(options.settings) },
      accounts,
    },
    fixtures: (named ?? ['default' as const]).map((one) =>
      typeof one === 'object' ? one : byName(fixtures, one, 'fixture'),
    ),
    people: !generate || named !== undefined,
    generate,
  }
}

/** Fills an empty world as a script says, and gives back the token of its first key: the one given, or the fixture's. */
export function fill(world: World, { fixtures, people }: Script, token: string | undefined): string {
  loadFixtures(world, fixtures, { people, checked: builtIn })
  const { key } = world.tables
  const [first] = [...key.all()].sort((a, b) => a.id - b.id)
  if (!first) throw new UsageError('Failed to create the mock: its fixtures have no key.')
  const holder = token === undefined ? undefined : key.find(token)
  if (holder && holder.id !== first.id) {
    throw new UsageError(`Failed to create the mock: the token is that of key ${holder.id} already.`)
  }
  if (token) key.update(first, { token })
  return token ?? first.token
}

/** The built-in scenarios, as a list shows them. */
export const builtInScenarios = Object.entries(scenarios as Readonly<Record<string, ScenarioInput>>).map(
  ([name, { description = '' }]) => ({ name, description }),
)

function scenarioOf(scenario: ScenarioName | ScenarioInput): Scenario {
  if (scenario instanceof Promise) {
    throw new UsageError('Failed to create the mock: scenario is a promise; write `scenario: await loadScenario(…)`.')
  }
  const written = typeof scenario === 'object' ? scenario : byName<ScenarioInput>(scenarios, scenario, 'scenario')
  return readScenario(written, written?.scenario === undefined ? 'given' : shown(written.scenario))
}

/** What is called so, or an Error that lists what there is. */
function byName<T>(known: Readonly<Record<string, T>>, name: unknown, kind: string): T {
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name] as T
  const names = Object.keys(known)
  const hint = nearest(String(name), names)
  if (typeof name === 'string' && /[./\\]/.test(name)) {
    const problem = `${shown(name)} is a path; read it with await loadScenario(${shown(name)})`
    throw new UsageError(`Failed to create the mock: ${problem}.`, [`${kind}: ${problem}`])
  }
  throw new UsageError(
    `Failed to create the mock: no ${kind} is called ${shown(name)}; there are ${either(names)}.${hint}`,
    [`${kind}: must be ${either(names)}, got ${shown(name)}.${hint}`],
  )
}

/** What is given, without what is not. */
function defined<T extends object>(values: T | undefined): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never
}
