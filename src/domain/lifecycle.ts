import type { KeyState, OrganisationState, Records, SessionState, SourceState, UserState } from '../db/records.ts'
import { UsageError } from '../errors.ts'
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

export const lifecycles = { organisation, key, user, source, session }

/** The five resources that have a lifecycle. */
export type Resource = keyof typeof lifecycles

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
  const table = world.tables[resource] as unknown as {
    get(id: Records[R]['id']): Records[R] | undefined
    update(row: Records[R], changes: object): Records[R]
  }
  const current = table.get(record.id) ?? record
  const [first, ...others] = outcomes(resource, current.state, verb)
  const state = to ?? first
  if (state === undefined || (state !== first && !others.includes(state))) {
    throw cannot(resource, current, to ? `${verb} to ${to}` : verb)
  }
  const next = table.update(current, { ...changes, state })
  return world.tell(`${resource}.${past[verb as keyof typeof past]}`, resource, next)
}
