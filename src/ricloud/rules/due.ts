import { outcomes, type Resource, type Verb } from '../../engine/lifecycle.ts'
import type { DueWork } from '../../engine/time/queue.ts'
import type { World } from '../../engine/world.ts'
import type { Records } from '../resources/records.ts'
import { changePassword } from './account.ts'
import { isUndecided, runTest } from './config.ts'
import { expireKey, revokeToken } from './key.ts'
import { activateSession, expireSession, failSession } from './session.ts'
import { unlockSource } from './source.ts'
import { isOpen } from './task.ts'

/** Something that time does to a record; nothing if the record has moved on meanwhile. */
export interface Due {
  /** Whether it will still do something. */
  holds(world: World, work: DueWork): boolean
  run(world: World, work: DueWork): void
}

/** Work of a record that a rule does when it comes due, provided that `still` holds. */
function due<R extends Resource>(
  resource: R,
  still: (record: Records[R], work: DueWork) => boolean,
  rule: (world: World, record: Records[R], details: never) => void,
): Due {
  const subject = (world: World, work: DueWork) => {
    const record = world.tables[resource].get(work.id) as Records[R] | undefined
    return record && still(record, work) ? record : undefined
  }
  return {
    holds: (world, work) => subject(world, work) !== undefined,
    run: (world, work) => {
      const record = subject(world, work)
      if (record) rule(world, record, work.with as never)
    },
  }
}

const allows =
  <R extends Resource>(resource: R, verb: Verb<R>) =>
  (record: Records[R]) =>
    outcomes(resource, record.state, verb).length > 0

/** Everything that time does to records, by its name in the queue. */
export const dueActions: Readonly<Record<string, Due>> = {
  'session.activate': due('session', allows('session', 'activate'), activateSession),
  'session.fail': due('session', allows('session', 'fail'), failSession),
  'session.expire': due('session', allows('session', 'expire'), expireSession),
  'source.unlock': due(
    'source',
    (source, work) => source.state === 'locked' && source.locked_until === work.with.locked_until,
    unlockSource,
  ),
  'account.change_password': due('source', () => true, changePassword),
  'key.expire': due(
    'key',
    (key, work) => allows('key', 'expire')(key) && key.date_expires === work.with.date_expires,
    expireKey,
  ),
  'config.test': {
    holds: isUndecided,
    run: (world, { id }) => {
      const task = world.tables.task.get(id)
      if (task && isOpen(world, task.id)) runTest(world, task)
    },
  },
  'key.revoke_token': due('key', (key, work) => key.tokens_in_grace.includes(String(work.with.token)), revokeToken),
}
