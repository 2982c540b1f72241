import { ApiError, UsageError } from '../engine/errors.ts'
import { either, nearestFirst, notOneOf, shown } from '../engine/messages.ts'
import { definedIn } from '../engine/values.ts'
import type { Rules } from '../engine/world.ts'
import { readScenario } from '../scenario/read.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { MockTypes } from './api.ts'
import type { MockDefinition } from './definition.ts'
import type { ReadOptions } from './options.ts'

/** A checked scenario, merged with the options of the mock: the start of a world. */
export interface LoadedScenario<A extends MockTypes> {
  readonly scenario: Scenario<A['api']>
  readonly rules: Rules<A['api']>
  /** The records of the fixtures. */
  readonly records: A['loaded']
  /** The token of the first key. */
  readonly token: string
  readonly generate: A['api']['counts'] | undefined
  /** How many records that generates. */
  readonly generated: number
}

/** How many generated records all worlds of a mock may have together: about 1 GB. */
const maxGenerated = 1_000_000

/** Throws the error `limit-exceeded` if there are already too many generated records for some more. */
export function requireRoom(generated: number, elsewhere: number): void {
  const left = maxGenerated - elsewhere
  if (generated <= left || generated === 0) return
  const more = elsewhere === 0 ? '' : `, of which ${elsewhere} exist in other worlds`
  throw new ApiError(
    'limit-exceeded',
    `Failed to generate ${generated} records: all worlds together may have ${maxGenerated} generated ones${more}.`,
  )
}

/** Checks a scenario and merges it with the options, which take precedence. Throws an Error or a ScenarioError that lists every problem. */
export function prepareScenario<A extends MockTypes>(
  definition: MockDefinition<A>,
  input: A['scenarioName'] | A['scenarioInput'],
  options: ReadOptions<A>,
): LoadedScenario<A> {
  const { api } = definition
  const { builtIn } = api.fixtures
  const scenario = scenarioOf(definition, input)
  api.checkExtras?.(scenario.extras)
  const wanted = options.fixtures ?? (scenario.fixtures as typeof options.fixtures)
  const generate = options.generate ?? scenario.generate
  const generated = generate ? (api.generator?.total(generate) ?? 0) : 0
  const fixtures = (wanted ?? ['default']).map((fixture, i) =>
    typeof fixture === 'object' ? fixture : byName<A['fixture']>(builtIn, fixture, 'fixture', ['fixtures', i]),
  )
  // Tests check the built-in fixtures, so that a new world need not.
  const checked = new Map(Object.entries<A['fixture']>(builtIn).map(([name, fixture]) => [fixture, name]))
  const records = api.fixtures.read(fixtures, {
    people: !generate || wanted !== undefined,
    checked,
    isOption: true,
  })
  return {
    scenario,
    rules: {
      clock: { ...definedIn(scenario.clock), ...definedIn(options.clock) },
      seed: options.seed,
      settings: { ...api.defaults, ...definedIn(scenario.settings), ...definedIn(options.settings) },
      services: () => api.services(scenario.extras),
    },
    records,
    token: api.token?.first(records, options.token) ?? '',
    generate,
    generated,
  }
}

function scenarioOf<A extends MockTypes>(
  { language, scenarios }: MockDefinition<A>,
  scenario: A['scenarioName'] | A['scenarioInput'],
): Scenario<A['api']> {
  if (scenario instanceof Promise) {
    throw new UsageError('Failed to create the mock: scenario is a promise; write `scenario: await loadScenario(…)`.')
  }
  const written = typeof scenario === 'object' ? scenario : byName<A['scenarioInput']>(scenarios, scenario, 'scenario')
  return readScenario(language, written, written?.scenario === undefined ? 'given' : shown(written.scenario))
}

/** The value of a name; throws an Error that lists the known names. */
function byName<T>(
  known: Readonly<Record<string, T>>,
  name: unknown,
  kind: string,
  path: readonly PropertyKey[] = [kind],
): T {
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name] as T
  const names = Object.keys(known)
  const word = typeof name === 'string' ? name : shown(name)
  if (typeof name === 'string' && /[./\\]/.test(name)) {
    // Whoever sends it to a server cannot load it there.
    const [instead, sent] =
      kind === 'scenario'
        ? [`read it with await loadScenario(${shown(name)})`, 'send what is in the file, as JSON']
        : ['give the records that are in it', 'send the records that are in it']
    const problem = `${shown(name)} is a path; `
    throw new UsageError(`Failed to create the mock: ${problem}${instead}.`, [{ path, what: problem + sent }])
  }
  throw new UsageError(
    `Failed to create the mock: no ${kind} is called ${shown(name)}${nearestFirst(word, names, `there are ${either(names)}`)}`,
    [{ path, what: notOneOf(names, word, shown(name)) }],
  )
}
