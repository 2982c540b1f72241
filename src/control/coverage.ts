import {
  type Coverage,
  type CoverageGroup,
  callName,
  coverageGroups,
  listEdges,
  webhookEdges,
} from '../engine/coverage.ts'
import { allErrors, type ErrorCatalogue } from '../engine/errors.ts'
import { EventNames } from '../engine/event-names.ts'
import { ok } from '../engine/http/route.ts'
import type { Definition, Definitions } from '../engine/resource.ts'
import { routeWith } from './routing.ts'

/** One group of behaviour, such as the errors of the API. */
export interface CoverageGroupView {
  /** How often each was met. */
  readonly met: Readonly<Record<string, number>>
  readonly never: readonly string[]
}

/** What was met of the behaviour that an API can show. */
export interface CoverageView {
  /** How many kinds of behaviour were met, and how many there are. */
  readonly met: number
  readonly all: number
  readonly groups: Readonly<Record<string, CoverageGroupView>>
}

/** The parts of an API's definition that its coverage is derived from. */
export interface CoveredApi {
  readonly definitions: Definitions
  readonly errors: ErrorCatalogue
  readonly routes: readonly {
    readonly method: string
    readonly path: string
    readonly query?: object
    readonly answers?: Readonly<Record<number, string | undefined>>
  }[]
  /** Further behaviour by group, which the rules of the API count. */
  readonly coverage?: Readonly<Record<string, readonly string[]>>
}

/** All behaviour of an API by group, in the order of its definitions. */
export function behaviourOf({
  definitions,
  errors,
  routes,
  coverage,
}: CoveredApi): Readonly<Record<string, readonly string[]>> {
  const resources = Object.entries(definitions)
  const lists = routes.filter(({ answers }) => answers?.[200]?.endsWith('_list'))
  const own: Readonly<Record<CoverageGroup, readonly string[]>> = {
    calls: routes.map(callName),
    errors: Object.keys(allErrors(errors)),
    states: resources.flatMap(([resource, definition]) => statesOf(resource, definition)),
    transitions: resources.flatMap(([resource, definition]) => transitionsOf(resource, definition)),
    events: EventNames.of(definitions).emitted,
    filters: lists.flatMap((row) => Object.keys(row.query ?? {}).map((name) => `${callName(row)}?${name}`)),
    lists: lists.flatMap((row) => listEdges.map((edge) => `${callName(row)} with ${edge}`)),
    webhooks: webhookEdges,
  }
  const unique = [...coverageGroups.map((group) => [group, own[group]] as const), ...Object.entries(coverage ?? {})]
  return Object.fromEntries(unique.map(([group, names]) => [group, [...new Set(names)]]))
}

/** `session failed`, `session failed with source-locked`. */
const statesOf = (resource: string, { lifecycle, errors = {} }: Definition) =>
  Object.keys(lifecycle).flatMap((state) => [
    `${resource} ${state}`,
    ...(errors[state] ?? []).map((error) => `${resource} ${state} with ${error}`),
  ])

/** `session pending → failed`. */
const transitionsOf = (resource: string, { lifecycle }: Definition) =>
  Object.entries(lifecycle).flatMap(([from, verbs]) =>
    Object.values(verbs).flatMap((to) => [to].flat().map((state) => `${resource} ${from} → ${state}`)),
  )

export function coverageOf(api: CoveredApi, counted: Coverage): CoverageView {
  return summed(
    Object.fromEntries(
      Object.entries(behaviourOf(api)).map(([group, names]) => [
        group,
        names.map((name) => [name, counted.met(group, name)]),
      ]),
    ),
  )
}

/** Adds up what several mocks met; what is in one of them alone counts too. */
export function mergeCoverage(views: readonly CoverageView[]): CoverageView {
  const groups: Record<string, [string, number][]> = {}
  for (const { groups: more } of views) {
    for (const [group, { met, never }] of Object.entries(more)) {
      ;(groups[group] ??= []).push(...Object.entries(met), ...never.map((name): [string, number] => [name, 0]))
    }
  }
  return summed(groups)
}

function summed(counts: Readonly<Record<string, readonly (readonly [name: string, count: number])[]>>): CoverageView {
  const groups = Object.fromEntries(
    Object.entries(counts).map(([group, names]): [string, CoverageGroupView] => {
      const sums = new Map<string, number>()
      for (const [name, count] of names) sums.set(name, (sums.get(name) ?? 0) + count)
      const never = Array.from(sums).flatMap(([name, count]) => (count === 0 ? [name] : []))
      return [group, { met: Object.fromEntries(Array.from(sums).filter(([, count]) => count > 0)), never }]
    }),
  )
  const met = Object.values(groups).reduce((sum, one) => sum + Object.keys(one.met).length, 0)
  const never = Object.values(groups).reduce((sum, one) => sum + one.never.length, 0)
  return { met, all: met + never, groups }
}

/** How many of each group are listed that were never met. */
const mostListed = 12

/** A table for people, and below it what was never met: of each group the first few. */
export function coverageTable({ met, all, groups }: CoverageView): string {
  const rows = Object.entries(groups).map(([group, { met, never }]): [string, number, number] => {
    const count = Object.keys(met).length
    return [group, count, count + never.length]
  })
  const lines = [...rows, ['all', met, all] as const].map(([group, count, of]) => {
    const share = of === 0 ? '' : `${Math.floor((100 * count) / of)} %`
    return `  ${group.padEnd(18)}${String(count).padStart(5)} of ${String(of).padStart(4)}${share.padStart(7)}`
  })
  const never = Object.entries(groups).flatMap(([group, { never }]) => {
    if (never.length === 0) return []
    const more = never.length > mostListed ? `; and ${never.length - mostListed} more` : ''
    return [`  ${group}: ${never.slice(0, mostListed).join('; ')}${more}`]
  })
  return [
    'Behaviour that the tests met:',
    ...lines,
    ...(never.length > 0 ? ['Your tests never saw:', ...never] : []),
  ].join('\n')
}

const route = routeWith<{ coverage(): CoverageView }>()

export const coverageRoutes = [
  route({
    method: 'GET',
    path: '/_mock/coverage',
    operation: 'retrieveCoverage',
    summary: 'What was met of all that the API can do, here and in all worlds, and what never was',
    answers: { 200: 'coverage' },
    handle: ({ mock }) => ok(mock.coverage()),
  }),
]
