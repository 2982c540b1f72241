import type {
  ConfigState,
  EventState,
  KeyState,
  OrganisationState,
  Records,
  SessionState,
  SourceState,
  TaskState,
  UserState,
} from '../ricloud/resources/records.ts'
import { UsageError } from './errors.ts'
import type { World } from './world.ts'

/** For each state, the verbs it allows and the state that each leads to; where a verb may lead to several, the rule chooses. */
export type Lifecycle<State extends string> = Readonly<
  Record<State, Readonly<Record<string, State | readonly State[]>>>
>

/** Documented states. It is `active` as long as it has a valid storage config; falling back is assumed. */
const organisation = {
  unconfigured: { configure: 'active', deactivate: 'deactivated', block: 'blocked' },
  active: { unconfigure: 'unconfigured', deactivate: 'deactivated', block: 'blocked' },
  deactivated: { reactivate: ['active', 'unconfigured'], block: 'blocked' },
  blocked: { reactivate: ['active', 'unconfigured'] },
} satisfies Lifecycle<OrganisationState>

/** Documented states; only administrators and time move a key. */
const key = {
  active: { deactivate: 'deactivated', block: 'blocked', expire: 'expired' },
  deactivated: { reactivate: 'active', block: 'blocked', expire: 'expired' },
  blocked: { reactivate: 'active', expire: 'expired' },
  expired: {},
} satisfies Lifecycle<KeyState>

/** Documented states and updates; that a blocked user stays blocked for its organisation is assumed. */
const user = {
  active: { deactivate: 'deactivated', block: 'blocked' },
  deactivated: { reactivate: 'active', block: 'blocked' },
  blocked: { reactivate: 'active' },
} satisfies Lifecycle<UserState>

/** Documented states; a source returns to `active` if a session ever succeeded, otherwise to `unvalidated` (assumed). */
const source = {
  unvalidated: { validate: 'active', lock: 'locked', deactivate: 'deactivated', block: 'blocked' },
  active: { lock: 'locked', deactivate: 'deactivated', block: 'blocked' },
  deactivated: { reactivate: ['active', 'unvalidated'], block: 'blocked' },
  blocked: { reactivate: ['active', 'unvalidated'] },
  locked: { unlock: ['active', 'unvalidated'], block: 'blocked' },
} satisfies Lifecycle<SourceState>

/** Documented. A pending session that is deleted expires at once (assumed). */
const session = {
  pending: { activate: 'active', fail: 'failed', expire: 'expired' },
  active: { expire: 'expired' },
  failed: {},
  expired: {},
} satisfies Lifecycle<SessionState>

/** Documented states: made and changed it is `new`, and a test decides; that a deleted one is last seen `deactivated`, and that a test opens such a one again, is assumed. */
const config = {
  new: { accept: 'valid', reject: 'invalid', deactivate: 'deactivated' },
  valid: { accept: 'valid', reject: 'invalid', renew: 'new', deactivate: 'deactivated' },
  invalid: { accept: 'valid', reject: 'invalid', renew: 'new', deactivate: 'deactivated' },
  deactivated: { accept: 'valid', reject: 'invalid', renew: 'new', deactivate: 'deactivated' },
} satisfies Lifecycle<ConfigState>

export const lifecycles = {
  organisation,
  key,
  user,
  source,
  session,
  storage_config: config,
  webhook_config: config,
}

/** The resources whose lifecycle is told of. */
export type Resource = keyof typeof lifecycles

/** Documented states; nothing here suspends a task. */
const task = {
  pending: { start: 'processing', succeed: 'succeeded', fail: 'failed' },
  processing: { succeed: 'succeeded', fail: 'failed' },
  suspended: {},
  succeeded: {},
  failed: {},
} satisfies Lifecycle<TaskState>

/** Documented states; sent again, a failed one may still be delivered (assumed). */
const event = {
  pending: { deliver: 'delivered', fail: 'failed' },
  delivered: { deliver: 'delivered' },
  failed: { deliver: 'delivered', fail: 'failed' },
} satisfies Lifecycle<EventState>

/** What tells of others, and is not told of itself. */
const quiet = { task, event }
type Quiet = keyof typeof quiet

type Keys<Table> = Table extends unknown ? keyof Table & string : never

/** The verbs that some state of a resource allows. */
export type Verb<R extends Resource> = R extends Resource
  ? Keys<(typeof lifecycles)[R][keyof (typeof lifecycles)[R]]>
  : never

/** What a verb is called once it has happened: `session.expired`. */
export const past = {
  configure: 'configured',
  unconfigure: 'unconfigured',
  deactivate: 'deactivated',
  block: 'blocked',
  reactivate: 'reactivated',
  expire: 'expired',
  validate: 'validated',
  lock: 'locked',
  unlock: 'unlocked',
  activate: 'activated',
  fail: 'failed',
  accept: 'accepted',
  reject: 'rejected',
  renew: 'renewed',
} as const satisfies Record<Verb<Resource>, string>

/** The states that a verb may lead to from a state; none if the state does not allow it. */
export function outcomes<R extends Resource>(
  resource: R,
  state: Records[R]['state'],
  verb: Verb<R>,
): readonly Records[R]['state'][] {
  const table: Lifecycle<string> = lifecycles[resource]
  const outcome = table[state]?.[verb] ?? []
  return (typeof outcome === 'string' ? [outcome] : outcome) as readonly Records[R]['state'][]
}

/** The refusal of a verb by the state of a record: `session 5 is failed and cannot expire`. */
export function cannot(resource: string, { id, state }: { id: string | number; state: string }, verb: string): Error {
  return new UsageError(`${resource} ${id} is ${state} and cannot ${verb}.`)
}

/**
 * Moves a record to the state that a verb leads to, with whatever else changes at that moment, and tells it. Nothing
 * else assigns `state`.
 *
 * @param to which state, where the verb may lead to several
 * @throws an Error, such as `session 5 is failed and cannot expire`, where the state does not allow the verb
 */
export function move<R extends Resource>(
  world: World,
  resource: R,
  record: Records[R],
  verb: Verb<R>,
  changes: Partial<Records[R]> & { state?: never } = {},
  to?: Records[R]['state'],
): Records[R] {
  const lead = (state: Records[R]['state']) => outcomes(resource, state, verb)
  const next = world.write(() => assign(world, resource, record, lead, verb, changes, to))
  return world.emit(`${resource}.${past[verb as keyof typeof past]}`, resource, next)
}

/** Moves a task or an event, which nobody is told of. */
export function proceed<Q extends Quiet>(
  world: World,
  resource: Q,
  record: Records[Q],
  verb: Q extends Quiet ? Keys<(typeof quiet)[Q][keyof (typeof quiet)[Q]]> : never,
  changes: Partial<Records[Q]> & { state?: never } = {},
): Records[Q] {
  const table: Lifecycle<string> = quiet[resource]
  const outcome = (state: Records[Q]['state']) => [table[state]?.[verb] ?? []].flat() as Records[Q]['state'][]
  return assign(world, resource, record, outcome, verb, changes)
}

function assign<M extends Resource | Quiet>(
  world: World,
  model: M,
  record: Records[M],
  outcome: (state: Records[M]['state']) => readonly Records[M]['state'][],
  verb: string,
  changes: Partial<Records[M]> & { state?: never },
  to?: Records[M]['state'],
): Records[M] {
  const table = world.tables[model] as unknown as {
    get(id: Records[M]['id']): Records[M] | undefined
    update(row: Records[M], changes: object): Records[M]
  }
  const current = table.get(record.id) ?? record
  const [first, ...others] = outcome(current.state)
  const state = to ?? first
  if (state === undefined || (state !== first && !others.includes(state))) {
    throw cannot(model, current, to ? `${verb} to ${to}` : verb)
  }
  return table.update(current, { ...changes, state })
}
