import type { Incoming } from '../../engine/http/exchange.ts'
import { type Filters, readListQuery } from '../../engine/http/list.ts'
import type { ListCache, ListedView } from '../../engine/http/list-cache.ts'
import type { RequestParts, Result, Route } from '../../engine/http/router.ts'
import type { Row } from '../../engine/store/query.ts'
import type { World } from '../../engine/world.ts'
import { type Dialect, dialectOf, type Viewer } from '../dialect.ts'
import type { Records } from '../resources/records.ts'
import { authenticate, type Caller, keyOf, type Named, requireSuper, visibleTo } from '../rules/access.ts'

/** The scene of a call to the API: the world, and who calls. */
export interface Context extends Viewer {
  readonly caller: Caller
  readonly listCache: ListCache
  /** The steps of the scenario that acted meanwhile. */
  readonly acted: readonly string[]
}
export type Call<Body = unknown> = Context & RequestParts<Body>

/**
 * Settles time and finds out who calls; 401 and 403 where the API would.
 *
 * @param attend gives the list of steps that will act from now on
 */
export function enterApi(
  world: World,
  listCache: ListCache,
  incoming: Incoming,
  attend: () => readonly string[],
  fixed?: Dialect,
): Context {
  world.runDue()
  const caller = authenticate(world, incoming.header('authorization'))
  const { rate_limit } = world.settings
  if (rate_limit) world.rates.count(caller.organisation.id, world.clock.now(), rate_limit)
  const dialect = fixed ?? dialectOf(incoming.header('user-agent'))
  // A call that is refused before has nothing to attend to.
  const acted = attend()
  return { world, caller, listCache, acted, dialect, isSuper: caller.isSuper }
}

/** One row of the API's route table; the body's type follows from its schema. */
export function route<Body>(row: Route<Context, Body>): Route<Context> {
  return row as Route<Context>
}

/**
 * Answers with the part of a model that the call asks for.
 *
 * @param where what every record of this list has in common
 */
export function answerList<M extends Named>(
  call: Call,
  model: M,
  filters: Filters,
  shown: ListedView<Records[M]>,
  { url = `/${model}s`, where = {} }: { url?: string; where?: Readonly<Record<string, readonly number[]>> } = {},
): Result {
  const { world, caller } = call
  const table = world.tables[model]
  const cursor = (id: string) => {
    const row = table.get(keyOf(model, id)) as (Records[Named] & Row) | undefined
    if (!row || (!caller.isSuper && row.organisation !== caller.organisation.id)) return undefined
    return Object.entries(where).every(([field, values]) => values.includes(row[field as keyof Row] as never))
      ? row
      : undefined
  }
  const asked = readListQuery(call.search(), filters, cursor, call.ignore)
  const { organisation: organisations, ...rest } = asked.where ?? {}
  if (organisations) requireSuper(caller, 'organisation')
  const whose = organisations ? { organisations: organisations as number[] } : visibleTo(caller)
  const page = table.list(Object.assign(asked, whose, { where: Object.assign(rest, where) }))
  return { status: 200, json: call.listCache.list(call, url, page as never, shown) }
}
