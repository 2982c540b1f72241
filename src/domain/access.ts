import type { Key, Organisation, Records } from '../db/records.ts'
import { invalidParameter, refusal } from '../errors.ts'
import { shown } from '../words.ts'
import type { World } from './world.ts'

/** Whose call it is. */
export interface Caller {
  readonly key: Key
  readonly organisation: Organisation
  /** A super organisation reads across organisations (documented for its parameters, assumed for the rest). */
  readonly isSuper: boolean
}

/** Finds the caller by the header `Authorization: Token <token>` (documented). Throws the API's 401 and 403. */
export function authenticate(world: World, authorization: string | null | undefined): Caller {
  if (!authorization) throw refusal.noToken()
  const token = /^token +(\S+)$/i.exec(authorization.trim())?.[1]
  if (!token) throw refusal.malformedToken()
  const key = world.tables.key.find(token)
  const organisation = key && world.tables.organisation.get(key.organisation)
  if (!key || !organisation) throw refusal.unknownToken()
  if (key.state !== 'active') throw refusal.keyNotActive(key.state)
  if (organisation.state === 'deactivated' || organisation.state === 'blocked') {
    throw refusal.organisationClosed(organisation.state)
  }
  return { key, organisation, isSuper: organisation.type === 'super' }
}

/** Whose records a caller sees, as a query asks for them. */
export function visibleTo(caller: Caller): { organisations?: readonly number[] } {
  return caller.isSuper ? {} : { organisations: [caller.organisation.id] }
}

/** Refuses a parameter to all but super organisations (documented; status assumed). */
export function requireSuper(caller: Caller, parameter: string): void {
  if (!caller.isSuper) throw refusal.superOnly(parameter)
}

/** The models whose records a path or a parameter may name. */
type Named = 'key' | 'user' | 'source' | 'session' | 'storage_config' | 'webhook_config'

function visible<M extends Named>(world: World, caller: Caller, model: M, id: string | number): Records[M] | undefined {
  const record = world.tables[model].get(id) as Records[M] | undefined
  return record && (caller.isSuper || record.organisation === caller.organisation.id) ? record : undefined
}

/** The record that a path names. Another organisation's is unknown, like one that does not exist (assumed). */
export function find<M extends Named>(world: World, caller: Caller, model: M, id: string): Records[M] {
  const readable: string | number | undefined = model === 'session' ? id : integerId(id)
  const record = readable === undefined ? undefined : visible(world, caller, model, readable)
  if (!record) throw refusal.unknownId(model.replace('_', ' '), id)
  return record
}

/** The record that a parameter names; an unknown one is that parameter's fault. */
export function named<M extends Named>(
  world: World,
  caller: Caller,
  model: M,
  id: string | number,
  parameter: string,
): Records[M] {
  const record = visible(world, caller, model, id)
  if (!record) {
    throw invalidParameter({ [parameter]: [`names no ${model.replace('_', ' ')} of this organisation: ${shown(id)}`] })
  }
  return record
}

/** An integer ID, also when written as digits; undefined for anything else. */
export function integerId(text: string): number | undefined {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0
  return id > 0 ? id : undefined
}
