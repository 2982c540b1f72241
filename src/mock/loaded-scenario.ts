import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import emptyFixture from '../../fixtures/empty.json' with { type: 'json' }
import limitedFixture from '../../fixtures/limited.json' with { type: 'json' }
import permissionLimits from '../../fixtures/permission-limits.json' with { type: 'json' }
import superFixture from '../../fixtures/super.json' with { type: 'json' }
import twoOrganisations from '../../fixtures/two-organisations.json' with { type: 'json' }
import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import { UsageError } from '../engine/errors.ts'
import { either, nearest, shown } from '../engine/messages.ts'
import type { Counts } from '../ricloud/counts.ts'
import type { Fixture, FixtureName } from '../ricloud/fixture-type.ts'
import { type Read, readFixtures } from '../ricloud/fixtures.ts'
import { completeCounts } from '../ricloud/generate.ts'
import type { Account } from '../ricloud/services/accounts.ts'
import { catalogue } from '../ricloud/services/test-identifiers.ts'
import { defaultSettings, type Rules } from '../ricloud/settings.ts'
import { readScenario } from '../scenario/read.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { ScenarioInput } from '../scenario/types.ts'
import type { ReadOptions } from './read-options.ts'

/** The fixtures that come with the package, by name. */
const builtIn: Readonly<Record<FixtureName, Fixture>> = {
  default: defaultFixture,
  empty: emptyFixture,
  limited: limitedFixture,
  'permission-limits': permissionLimits,
  super: superFixture,
  'two-organisations': twoOrganisations,
}

/** A test checks what comes with the package; it need not be checked again for every world. */
const checked: ReadonlySet<Fixture> = new Set(Object.values(builtIn))

/** A scenario and how its world begins: what it says, and what outweighs it. */
export interface LoadedScenario {
  readonly scenario: Scenario
  readonly rules: Rules
  /** What the world holds at first. */
  readonly records: Read
  /** Of the first key: the one that was asked for, or the fixture's. */
  readonly token: string
  readonly generate: Counts | undefined
}

/** Reads a scenario, and what of it the options outweigh. Throws an Error or a ScenarioError that lists every problem. */
export function loadScenario(given: ScenarioName | ScenarioInput, options: ReadOptions): LoadedScenario {
  const scenario = scenarioOf(given)
  const named = (options.fixtures ?? scenario.fixtures) as readonly (FixtureName | Fixture)[] | undefined
  const generate = options.generate ?? scenario.generate
  if (generate) completeCounts(generate)
  const fixtures = (named ?? ['default' as const]).map((one, i) =>
    typeof one === 'object' ? one : byName(builtIn, one, 'fixture', `fixtures[${i}]`),
  )
  const records = readFixtures(fixtures, { people: !generate || named !== undefined, checked })
  const [first] = [...records.keys].sort((a, b) => a.id - b.id)
  if (!first) throw new UsageError('Failed to create the mock: its fixtures have no key.')
  const holder = records.keys.find(({ id, token }) => token === options.token && id !== first.id)
  if (holder) throw new UsageError(`Failed to create the mock: the token is that of key ${holder.id} already.`)
  return {
    scenario,
    rules: {
      clock: { ...defined(scenario.clock), ...defined(options.clock) },
      settings: { ...defaultSettings, ...defined(scenario.settings), ...defined(options.settings) },
      accounts: accountsOf(scenario),
    },
    records,
    token: options.token ?? first.token,
    generate,
  }
}

/** The services' accounts: the scenario's own before the published ones. */
export function accountsOf({ accounts = [], catalogue: isPublished }: Scenario): readonly Account[] {
  return [...accounts, ...(isPublished === false ? [] : catalogue)]
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
function byName<T>(known: Readonly<Record<string, T>>, name: unknown, kind: string, place = kind): T {
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name] as T
  const names = Object.keys(known)
  const hint = nearest(String(name), names)
  if (typeof name === 'string' && /[./\\]/.test(name)) {
    const instead =
      kind === 'scenario' ? `read it with await loadScenario(${shown(name)})` : 'give the records that are in it'
    const problem = `${shown(name)} is a path; ${instead}`
    throw new UsageError(`Failed to create the mock: ${problem}.`, [`${place}: ${problem}`])
  }
  throw new UsageError(
    `Failed to create the mock: no ${kind} is called ${shown(name)}; there are ${either(names)}.${hint}`,
    [`${place}: must be ${either(names)}, got ${shown(name)}.${hint}`],
  )
}

/** What is given, without what is not. */
function defined<T extends object>(values: T | undefined): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never
}
