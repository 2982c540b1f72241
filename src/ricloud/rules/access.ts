import { tokenIn } from '../../engine/authorization.ts'
import { apiErrors, invalidParameter } from '../../engine/errors.ts'
import { shown } from '../../engine/messages.ts'
import { readId } from '../../engine/resource.ts'
import { ricloudErrors } from '../errors.ts'
import { reasons } from '../reasons.ts'
import type { Key, Organisation, Records, ResourceName } from '../resources/index.ts'
import type { World } from '../types.ts'

/** The authenticated caller. */
export interface Caller {
  readonly key: Key
  readonly organisation: Organisation
  /** Whether it reads the records of all organisations (documented for its parameters, assumed for the rest). */
  readonly isSuper: boolean
}

/** Finds the caller by the header `Authorization: Token <token>` (documented). Throws 401 and 403. */
export function authenticate(world: World, authorization: string | null | undefined): Caller {
  if (!authorization) throw apiErrors.noToken()
  const token = tokenIn(authorization)
  if (!token) throw apiErrors.malformedToken()
  const key = token.startsWith(world.tokenPrefix)
    ? world.tables.key.find(token.slice(world.tokenPrefix.length))
    : undefined
  const organisation = key && world.tables.organisation.get(key.organisation)
  if (!key || !organisation) throw unknownToken(world, token)
  requireOpen(key, organisation)
  return { key, organisation, isSuper: organisation.type === 'super' }
}

/** Throws the API's error where a key or its organisation gives no access (documented states; effect assumed). */
export function requireOpen(key: Key, organisation: Organisation): void {
  if (key.state !== 'active') throw ricloudErrors.keyNotActive(key.state).because(reasons.closed('key', key))
  if (organisation.state !== 'deactivated' && organisation.state !== 'blocked') return
  const reason = reasons.closed('organisation', organisation, 'organisation.closed')
  throw ricloudErrors.organisationClosed(organisation.state).because(reason)
}

/** The 401 for a token that no key has: the reason says which key had it. */
function unknownToken(world: World, token: string) {
  const why = world.whyUnknown(token)
  const past = world.pastTokens.find(token.slice(world.tokenPrefix.length))
  const reason = past?.revoked
    ? reasons.tokenRevoked(past, world.settings.rotation_grace)
    : reasons.tokenUnknown(world.id, why)
  return apiErrors.unknownToken(why).because(reason)
}

/** The part of a query that selects the records that a caller may read. */
export function visibleTo(caller: Caller): { owners?: readonly number[] } {
  return caller.isSuper ? {} : { owners: [caller.organisation.id] }
}

/** Throws 403 unless a super organisation uses the parameter (documented; status assumed). */
export function requireSuper(caller: Caller, parameter: string): void {
  if (caller.isSuper) return
  throw ricloudErrors.superOnly(parameter).because(reasons.superOnly(caller.organisation.id, parameter))
}

/** The resources whose records have an ID in paths and parameters. */
export type Named = Exclude<ResourceName, 'organisation'>

/** The record of an ID in a path, for reading. Throws 404 also for the record of another organisation (assumed). */
export function find<M extends Named>(world: World, caller: Caller, model: M, id: string): Records[M] {
  const record = world.tables[model].get(readId(world.api.definitions[model], id)) as Records[M] | undefined
  if (!record) throw unknownId(model, id, inOtherCase(world, caller.organisation.id, model, id))
  if (!caller.isSuper && record.organisation !== caller.organisation.id) throw ofOther(model, id, record, caller)
  return record
}

/** The record of an ID in a path, for changing: a super organisation only reads the records of others (assumed). */
export function findOwn<M extends Named>(world: World, caller: Caller, model: M, id: string): Records[M] {
  const record = find(world, caller, model, id)
  if (record.organisation !== caller.organisation.id) throw ofOther(model, id, record, caller)
  return record
}

const unknownId = (model: Named, id: string, hint = '') => apiErrors.unknownId(model.replace('_', ' '), id, hint)

/** A hint at the record whose ID differs in its case, as a client may write UUIDs in upper case; empty if there is none. */
function inOtherCase(world: World, organisation: number, model: Named, id: string | number): string {
  const lower = String(id).toLowerCase()
  if (lower === id || world.tables[model].get(lower)?.organisation !== organisation) return ''
  return ` IDs are compared with their case (assumed): did you mean ${shown(lower)}?`
}

/** Answered as if there were no such record; the reason says that there is. */
const ofOther = (model: Named, id: string, record: Records[Named], { organisation }: Caller) =>
  unknownId(model, id).because(reasons.ofOther(model, record.id, record.organisation, organisation.id))

/** The record of an ID in a parameter. Throws 400 for that parameter if the organisation has no such record. */
export function named<M extends Named>(
  world: World,
  organisation: number,
  model: M,
  id: Records[M]['id'],
  parameter: string,
): Records[M] {
  const record = world.tables[model].get(id) as Records[M] | undefined
  if (record?.organisation !== organisation) {
    const hint = inOtherCase(world, organisation, model, id)
    const fault = `names no ${model.replace('_', ' ')} of the organisation: ${shown(id)}${hint && `.${hint}`}`
    const error = invalidParameter({ [parameter]: [fault] })
    throw record ? error.because(reasons.ofOther(model, record.id, record.organisation, organisation)) : error
  }
  return record as Records[M]
}
