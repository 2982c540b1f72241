import * as z from 'zod'
import type { Incoming } from '../../engine/http/exchange.ts'
import { readListQuery } from '../../engine/http/list.ts'
import type { ListCache } from '../../engine/http/list-cache.ts'
import type { RequestParts, Result, Route } from '../../engine/http/route.ts'
import { readId } from '../../engine/resource.ts'
import { type Filters, filtersOf } from '../../engine/schemas.ts'
import type { Page, Query, Row } from '../../engine/store/query.ts'
import type { Sent } from '../../engine/view.ts'
import { type Dialect, dialectOf, viewerIn } from '../dialect.ts'
import { reasons } from '../reasons.ts'
import { type Records, type ResourceName, resources } from '../resources/index.ts'
import { authenticate, type Caller, find, type Named, requireSuper, visibleTo } from '../rules/access.ts'
import type { Viewer, World } from '../types.ts'

/** The context of a call to the API. */
export interface Context extends Viewer {
  readonly caller: Caller
  readonly listCache: ListCache
  /** The steps of the scenario that fired during the call. */
  readonly firedSteps: readonly string[]
}
export type Call<Body = unknown> = Context & RequestParts<Body>

/**
 * Authenticates the caller and counts the call for the rate limit. Throws the API's 401, 403 and 429.
 *
 * @param trackSteps returns a list that fills with the steps that fire from then on
 * @param dialect of the answer; by default that of the caller's User-Agent
 */
export function enterApi(
  world: World,
  listCache: ListCache,
  incoming: Incoming,
  trackSteps: () => readonly string[],
  dialect?: Dialect,
): Context {
  const caller = authenticate(world, incoming.header('authorization'))
  const { rate_limit } = world.settings
  if (rate_limit) world.rates.count(caller.organisation.id, world.clock.now(), rate_limit)
  const viewer = viewerIn(dialect ?? dialectOf(incoming.header('user-agent')), caller.isSuper)
  // One by one: a spread would take longer than the handler.
  const { tagsLists, isSuper } = viewer
  return { world, caller, listCache, firedSteps: trackSteps(), dialect: viewer.dialect, tagsLists, isSuper }
}

/** A row of the route table, whose body is typed by its schema. */
export function route<Body>(row: Route<Context, Body>): Route<Context> {
  return row as Route<Context>
}

/** A record in the form in which the caller sees it. */
export const shown = <Name extends ResourceName>(call: Call, resource: Name, record: Records[Name]): Sent =>
  call.world.views.show(call, resource, record)

/** The filters of the list of each resource, by resource. */
export const filters = Object.fromEntries(
  Object.entries(resources).map(([name, definition]) => [name, filtersOf(definition)]),
) as Readonly<Record<ResourceName, Filters>>

/** The schema of `config`, with the one setting that the pages name (documented). */
export const publishing = z.object({ publish_source_files: z.boolean().optional() })

/**
 * Answers with a page of the records of a resource, by the filters and cursors of the call.
 *
 * @param options `where`: conditions that every record of the list meets; `defaults`: filters of a call that does not
 *   give them; `words`: the values that attributes can have by now, of which others may be added to the API
 */
export function answerList<Name extends Named>(
  call: Call,
  resource: Name,
  {
    url = resources[resource].path,
    where = {},
    defaults = {},
    words = {},
  }: {
    url?: string
    where?: Readonly<Record<string, readonly number[]>>
    defaults?: Readonly<Record<string, readonly string[]>>
    words?: Readonly<Record<string, readonly string[]>>
  } = {},
): Result {
  const { world, caller, listCache, dialect } = call
  const occasion = { dialect, owner: caller.isSuper ? 0 : caller.organisation.id, version: world.changes.version }
  const known = listCache.listed(call.url, occasion)
  if (known) return known
  const table = world.tables[resource]
  const cursor = (id: string) => {
    const row = table.get(readId(resources[resource], id)) as (Records[Named] & Row) | undefined
    if (!row || (!caller.isSuper && row.organisation !== caller.organisation.id)) return undefined
    return Object.entries(where).every(([field, values]) => values.includes(row[field as keyof Row] as never))
      ? row
      : undefined
  }
  let isRepeatable = true
  const ignore = (name: string) => {
    isRepeatable = false
    call.ignore(name)
  }
  const listQuery = readListQuery(call.search(), filters[resource], cursor, ignore)
  const { organisation: owners, ...rest } = listQuery.where ?? {}
  if (owners) requireSuper(caller, 'organisation')
  // A spread followed by more properties takes 5 µs, an eighth of the time for a list.
  const query: Query = Object.assign(listQuery, owners ? { owners: owners as number[] } : visibleTo(caller), {
    where: Object.assign({}, defaults, rest, where),
  })
  const page: Page<Records[Name]> = table.list(query)
  const { parts, isTimeless } = listCache.list<Viewer, Records, Name>(call, world.views, url, resource, page)
  const reason = page.total_count === 0 ? unknownWord(resource, rest, words) : undefined
  if (reason) world.log('warn', `GET ${url} found nothing: ${reason.sentence}`)
  const result: Result = { status: 200, json: parts.join(''), parts, page, reason }
  if (isRepeatable && isTimeless) listCache.keep(call.url, occasion, result)
  return result
}

/** The reason of an empty list that was filtered by a word which no record can have; undefined if it was not. */
function unknownWord(
  resource: Named,
  where: NonNullable<Query['where']>,
  words: Readonly<Record<string, readonly string[]>>,
) {
  for (const [attribute, known] of Object.entries(words)) {
    const word = where[attribute]?.find((value) => !known.includes(String(value)))
    if (word !== undefined) return reasons.unknownWord(resource, attribute, String(word), known)
  }
  return undefined
}

/** What is said of a call that is like those of other resources. */
type Described = Pick<Route<Context>, 'operation' | 'summary'> & Partial<Route<Context>>

/** The list of a resource, with its documented filters. */
export const listRoute = (resource: Named, row: Described): Route<Context> => ({
  method: 'GET',
  path: resources[resource].path,
  evidence: 'documented',
  query: filters[resource],
  answers: { 200: `${resource}_list` },
  handle: (call) => answerList(call, resource),
  ...row,
})

/**
 * The JSON of a record, and its view, which is made only if it is read. The getter is the class's: each object literal
 * with a getter of its own would get a hidden class of its own, which the engine keeps until it collects the old space.
 */
class Retrieved implements Result {
  readonly status = 200
  readonly json: string
  readonly #show: () => object

  constructor(json: string, show: () => object) {
    this.json = json
    this.#show = show
  }

  get view(): object {
    return this.#show()
  }
}

/** One record of a resource, by its ID. */
export const retrieveRoute = (resource: Named, row: Described): Route<Context> => ({
  method: 'GET',
  path: `${resources[resource].path}/{id}`,
  evidence: 'documented',
  answers: { 200: resource },
  handle: (call) => {
    const record = find(call.world, call.caller, resource, call.params.id)
    const json = call.listCache.text<Viewer, Records, Named>(call, call.world.views, resource, record)
    return new Retrieved(json, () => shown(call, resource, record))
  },
  ...row,
})
