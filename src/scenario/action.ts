import * as z from 'zod'
import type { Fault as FaultRecord } from '../engine/faults.ts'
import { duration, oneOf, text } from '../engine/fields.ts'
import { cannot, lifecycles, move, outcomes, type Resource, type Verb } from '../engine/lifecycle.ts'
import type { World } from '../engine/world.ts'
import {
  expiryErrors,
  initErrors,
  type Records,
  type StorageConfig,
  type WebhookConfig,
} from '../ricloud/resources/records.ts'
import { changePassword } from '../ricloud/rules/account.ts'
import { acceptConfig, kindOfConfig, rejectConfig } from '../ricloud/rules/config.ts'
import { expireKey, rotateKey } from '../ricloud/rules/key.ts'
import { configureOrganisation, reactivateOrganisation } from '../ricloud/rules/organisation.ts'
import { activateSession, expireSession, failSession } from '../ricloud/rules/session.ts'
import { lockSource, reactivateSource, unlockSource } from '../ricloud/rules/source.ts'
import { callPattern, Fault } from './fault-schema.ts'
import { kindsOf } from './select.ts'
import type { ActionName } from './types.ts'

/** Something that an administrator, a service or an owner does to a record. */
export interface Action<R extends Resource = Resource> {
  /** Whom it is done to; faults belong to the world. */
  readonly resource: R | 'config' | 'fault'
  readonly verb: string
  /** What may be said about it. */
  readonly with: z.ZodObject
  readonly description: string
  run(world: World, record: Records[R], details: Readonly<Record<string, unknown>>): void
}

const nothing = z.strictObject({})

function action<R extends Resource, Details extends z.ZodObject = typeof nothing>(
  resource: R,
  verb: string,
  description: string,
  run: (world: World, record: Records[R], details: z.output<Details>) => void,
  details?: Details,
): Action {
  return { resource, verb, description, with: details ?? nothing, run: run as Action['run'] } as unknown as Action
}

/** An action that is one move of the lifecycle. */
const moves = <R extends Resource>(resource: R, verb: Verb<R>, description: string) =>
  action(resource, verb, description, (world, record) => void move(world, resource, record, verb))

/** The one vocabulary: in steps of scenarios and on `mock.actions`. */
export const actions = {
  'organisation.configure': action(
    'organisation',
    'configure',
    'it gets a valid storage config',
    configureOrganisation,
  ),
  'organisation.deactivate': moves('organisation', 'deactivate', 'its owner closes it'),
  'organisation.block': moves('organisation', 'block', 'an administrator closes it'),
  'organisation.reactivate': action(
    'organisation',
    'reactivate',
    'it opens again, as its configs allow',
    (world, organisation) => void reactivateOrganisation(world, organisation),
  ),
  'key.rotate': action(
    'key',
    'rotate',
    'a new token; `force: true` ends the old one at once',
    (world, key, { force }) => void rotateKey(world, key, force),
    z.strictObject({ force: z.boolean().default(false) }),
  ),
  'key.expire': action('key', 'expire', 'its time is over', (world, key) => void expireKey(world, key)),
  'key.deactivate': moves('key', 'deactivate', 'its owner switches it off'),
  'key.block': moves('key', 'block', 'an administrator switches it off'),
  'key.reactivate': moves('key', 'reactivate', 'it works again'),
  'user.deactivate': moves('user', 'deactivate', 'its organisation shuts it out'),
  'user.block': moves('user', 'block', 'an administrator shuts it out'),
  'user.reactivate': moves('user', 'reactivate', 'it may come back'),
  'source.lock': action(
    'source',
    'lock',
    'the service restricts it, `for` a while or for good',
    (world, source, { for: length }) =>
      void lockSource(world, source, { until: length === undefined ? null : world.clock.now() + length }),
    z.strictObject({ for: duration.optional() }),
  ),
  'source.unlock': action(
    'source',
    'unlock',
    'the service lifts the restriction',
    (world, source) => void unlockSource(world, source),
  ),
  'source.deactivate': moves('source', 'deactivate', 'its organisation shuts it'),
  'source.block': moves('source', 'block', 'an administrator shuts it'),
  'source.reactivate': action(
    'source',
    'reactivate',
    'it opens again',
    (world, source) => void reactivateSource(world, source),
  ),
  'session.activate': action(
    'session',
    'activate',
    'the service accepts',
    (world, session) => void activateSession(world, session),
  ),
  'session.fail': action(
    'session',
    'fail',
    'the service refuses, with an `error`',
    (world, session, { error }) => void failSession(world, session, { error }),
    z.strictObject({ error: oneOf(initErrors).default('init_failed') }),
  ),
  'session.expire': action(
    'session',
    'expire',
    'it ends, with an `error`: who ended it',
    (world, session, { error }) => void expireSession(world, session, { error }),
    z.strictObject({ error: oneOf(expiryErrors).default('service') }),
  ),
  'config.accept': {
    resource: 'config',
    verb: 'accept',
    description: "a storage or webhook config's test succeeds, whatever is behind it",
    with: nothing,
    run: (world, config) => acceptConfig(world, config as StorageConfig | WebhookConfig),
  } as Action,
  'config.reject': {
    resource: 'config',
    verb: 'reject',
    description: "a storage or webhook config's test fails",
    with: nothing,
    run: (world, config) => rejectConfig(world, config as StorageConfig | WebhookConfig),
  } as Action,
  'account.change_password': action(
    'source',
    'change_password',
    "its owner changes the source's password, to `password` or to one not known",
    (world, source, { password }) => changePassword(world, source, { password }),
    z.strictObject({ password: text.optional() }),
  ),
  'fault.arm': {
    resource: 'fault',
    verb: 'arm',
    description: 'calls begin to fail, as `with` says',
    with: Fault,
    run: (world, _, fault) => void world.faults.arm(fault as unknown as FaultRecord, world.clock.now()),
  } as Action,
  'fault.disarm': {
    resource: 'fault',
    verb: 'disarm',
    description: 'all scripted faults end, or those `on` a call',
    with: z.strictObject({ on: callPattern.optional() }),
    run: (world, _, { on }) => void world.faults.disarm(on as string | undefined),
  } as Action,
} as const satisfies Readonly<Record<ActionName, Action>>

/** Whether a state can ever allow an action; actions that are no move of a lifecycle are allowed in any. */
export function isPossible(name: ActionName, state: string): boolean {
  const { resource: subject, verb }: Action = actions[name]
  if (subject === 'fault') return true
  const [resource] = kindsOf(subject) as [Resource]
  const isMove = Object.values(lifecycles[resource]).some((verbs) => verb in verbs)
  return !isMove || outcomes(resource, state as never, verb as never).length > 0
}

/** Does something to records; to none of them if the state of one does not allow it. Throws an Error by that record's name. */
export function perform(
  world: World,
  name: ActionName,
  records: readonly (Records[Resource] | undefined)[],
  details: Readonly<Record<string, unknown>>,
): void {
  const { resource, verb, run }: Action = actions[name]
  const isRefused = (record: Records[Resource]) => !isPossible(name, record.state)
  for (const record of records) {
    if (record && isRefused(record)) throw cannot(resourceOf(resource, record), record, verb)
  }
  for (const record of records) {
    // What was done to one may have set off something that ended another.
    const current = record && world.tables[resourceOf(resource, record)].get(record.id)
    if (!current || !isRefused(current)) run(world, current as never, details)
  }
}

/** The resource of a record that something is done to. */
function resourceOf(subject: Action['resource'], record: Records[Resource]): Resource {
  if (subject === 'config') return kindOfConfig(record as StorageConfig | WebhookConfig)
  return subject as Resource
}
