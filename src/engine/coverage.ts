import type { Close } from './faults.ts'
import type { Definition } from './resource.ts'
import { mapAt } from './values.ts'
import { copySignatures } from './webhook.ts'

/** The groups of behaviour that every API has; an API may have more. */
export const coverageGroups = [
  'calls',
  'errors',
  'states',
  'transitions',
  'events',
  'filters',
  'lists',
  'webhooks',
] as const
export type CoverageGroup = (typeof coverageGroups)[number]

/** What can happen to the answer of a list. */
export const listEdges = ['an empty list', 'a second page', 'a limit'] as const

/** What can happen to a webhook beyond its first attempt. */
export const webhookEdges = [
  'retried',
  'reversed',
  'late',
  ...copySignatures.map((kind) => `copied, signature ${kind}`),
]

/** The name of a call of the API in reports. */
export const callName = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`

/** What can be met by calls of one route, by name: made once, since joining the names takes longer than counting. */
interface RouteNames {
  readonly call: string
  readonly empty: string
  readonly secondPage: string
  /** By parameters of the query. */
  readonly parameters: ReadonlyMap<string, readonly [group: CoverageGroup, name: string]>
}

function namesOf(route: CountedRoute): RouteNames {
  const call = callName(route)
  const [empty, secondPage, limit] = listEdges.map((edge) => `${call} with ${edge}`) as [string, string, string]
  const parameters = new Map<string, readonly [CoverageGroup, string]>([['limit', ['lists', limit]]])
  for (const filter of Object.keys(route.query ?? {})) {
    const operated = ['gt', 'gte', 'lt', 'lte'].flatMap((operator) => [
      `${filter}[${operator}]`,
      `${filter}%5B${operator}%5D`,
      `${filter}__${operator}`,
    ])
    for (const name of [filter, ...operated]) parameters.set(name, ['filters', `${call}?${filter}`])
  }
  return { call, empty, secondPage, parameters }
}

interface Counter {
  times: number
}

/** How often each behaviour was met, in a mock and in its worlds. No reset and no snapshot changes it. */
export class Coverage {
  readonly #groups = new Map<string, Map<string, Counter>>()
  readonly #names = new WeakMap<CountedRoute, RouteNames>()
  /** The counters of states by resource and state, and of transitions by resource and both states. */
  readonly #states = new Map<string, Map<string, Counter>>()
  readonly #transitions = new Map<string, Map<string, Map<string, Counter>>>()
  /** The counters of states with their errors. */
  readonly #failures = new Map<string, Map<string, Map<string, Counter>>>()

  count(group: CoverageGroup | (string & {}), name: string): void {
    this.#counter(group, name).times++
  }

  /** The counter of a name, which is kept at a key as well: joining the parts of the name takes longer than counting. */
  #keep(counters: Map<string, Counter>, key: string, group: CoverageGroup, name: string): Counter {
    const counter = this.#counter(group, name)
    counters.set(key, counter)
    return counter
  }

  #counter(group: string, name: string): Counter {
    const names = mapAt(this.#groups, group)
    let counter = names.get(name)
    if (!counter) names.set(name, (counter = { times: 0 }))
    return counter
  }

  /** How often something was met. */
  met(group: string, name: string): number {
    return this.#groups.get(group)?.get(name)?.times ?? 0
  }

  countTransition(resource: string, from: string, to: string): void {
    const counters = mapAt(mapAt(this.#transitions, resource), from)
    const counter = counters.get(to) ?? this.#keep(counters, to, 'transitions', `${resource} ${from} → ${to}`)
    counter.times++
  }

  /** Counts the state of a record after a change; with its error, if it is one of those that the state has. */
  countState(resource: string, { errors }: Pick<Definition, 'errors'>, record: object): void {
    const { state, error } = record as { readonly state?: string; readonly error?: string | null }
    if (state === undefined) return
    const counters = mapAt(this.#states, resource)
    const counter = counters.get(state) ?? this.#keep(counters, state, 'states', `${resource} ${state}`)
    counter.times++
    if (!error || !errors?.[state]?.includes(error)) return
    const failures = mapAt(mapAt(this.#failures, resource), state)
    const failure = failures.get(error) ?? this.#keep(failures, error, 'states', `${resource} ${state} with ${error}`)
    failure.times++
  }

  /** Counts a completed call, and of a list its filters and edges. */
  countCall({ route, answer, error, url, page }: CountedCall): void {
    if (error) this.count('errors', error.code)
    if (!route || error || answer.close) return
    let names = this.#names.get(route)
    if (!names) this.#names.set(route, (names = namesOf(route)))
    this.count('calls', names.call)
    if (!page) return
    const { length } = page.data
    if (length === 0) this.count('lists', names.empty)
    // Not by URLSearchParams, which would take a tenth of the time of a list.
    for (let start = url.indexOf('?') + 1; start > 0; start = url.indexOf('&', start) + 1) {
      const parameter = url.slice(start, url.indexOf('=', start))
      const counted = names.parameters.get(parameter)
      if (counted) this.count(...counted)
      else if (parameter === 'after_id' && length > 0) this.count('lists', names.secondPage)
    }
  }
}

interface CountedRoute {
  readonly method: string
  readonly path: string
  readonly query?: object
}

interface CountedCall {
  readonly route: CountedRoute | undefined
  readonly answer: { readonly close?: Close }
  readonly error: { readonly code: string } | undefined
  readonly url: string
  /** The page that a list answered with. */
  readonly page: { readonly data: readonly unknown[] } | undefined
}
