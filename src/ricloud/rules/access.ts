import { apiErrors, invalidParameter } from '../../engine/errors.ts'
import { shown } from '../../engine/messages.ts'
import { readId } from '../../engine/resource.ts'
import { ricloudErrors } from '../errors.ts'
import type { Key, Organisation, Records, ResourceName } from '../resources/index.ts'
import type { World } from '../types.ts'

/** Whose call it is. */
export interface Caller {
  readonly key: Key
  readonly organisation: Organisation
  /** A super organisation reads across organisations (documented for its parameters, assumed for the rest). */
  readonly isSuper: boolean
}

/** Finds the caller by the header `Authorization: Token <token>` (documented). Throws the API's 401 and 403. */
export function authenticate(world: World, authorization: string | null | undefined): Caller {
  if (!authorization) throw apiErrors.noToken()
  const token = /^token +(\S+)$/i.exec(authorization.trim())?.[1]
  if (!token) throw apiErrors.malformedToken()
  const key = token.startsWith(world.tokenPrefix)
    ? world.tables.key.find(token.slice(world.tokenPrefix.length))
    : undefined
  const organisation = key && world.tables.organisation.get(key.organisation)
  if (!key || !organisation) throw apiErrors.unknownToken(world.whyUnknown(token))
  if (key.state !== 'active') throw ricloudErrors.keyNotActive(key.state)
  if (organisation.state === 'deactivated' || organisation.state === 'blocked') {
    throw ricloudErrors.organisationClosed(organisation.state)
  }
  return { key, organisation, isSuper: organisation.type === 'super' }
}

/** Whose records a caller sees, as a query asks for them. */
export function visibleTo(caller: Caller): { owners?: readonly number[] } {
  return caller.isSuper ? {} : { owners: [caller.organisation.id] }
}

/** Refuses a parameter to all but super organisations (documented; status assumed). */
export function requireSuper(caller: Caller, parameter: string): void {
  if (!caller.isSuper) throw ricloudErrors.superOnly(parameter)
}

/** The models whose records a path or a parameter may name. */
export type Named = Exclude<ResourceName, 'organisation'>

/** The record that a path names, to be read. Another organisation's is unknown, like one that does not exist (assumed). */
export function find<M extends Named>(world: World, caller: Caller, model: M, id: string): Records[M] {
  const record = world.tables[model].get(readId(world.api.definitions[model], id)) as Records[M] | undefined
  if (!record || !(caller.isSuper || record.organisation === caller.organisation.id)) throw unknownId(model, id)
  return record
}

/** The record that a path names, to be changed: a super organisation reads across organisations, and no more (assumed). */
export function findOwn<M extends Named>(world: World, caller: Caller, model: M, id: string): Records[M] {
  const record = find(world, caller, model, id)
  if (record.organisation !== caller.organisation.id) throw unknownId(model, id)
  return record
}

const unknownId = (model: Named, id: string) => apiErrors.unknownId(model.replace('_', ' '), id)

/** The record of an organisation that a parameter names; an unknown one is that parameter's fault. */
export function named<M extends Named>(
  world: World,
  organisation: number,
  model: M,
  id: number,
  parameter: string,
): Records[M] {
  const record = world.tables[model].get(id) as Records[M] | undefined
  if (record?.organisation !== organisation) {
    throw invalidParameter({ [parameter]: [`names no ${model.replace('_', ' ')} of the organisation: ${shown(id)}`] })
  }
  return record as Records[M]
}
