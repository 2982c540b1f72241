import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { text } from '../../engine/fields.ts'
import { actionsFor } from '../../scenario/action.ts'
import { endings } from '../reasons.ts'
import type { SourceType } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import type { RuleModule } from './module.ts'
import { expireSession } from './session.ts'

/**
 * Changes the password of an external account: active sessions of its sources end with `service` (documented), and the
 * service declines the old password.
 */
export function changePassword(
  world: World,
  account: { readonly type: SourceType; readonly identifier: string },
  { password }: { password?: string | undefined } = {},
): void {
  const { source, session } = world.tables
  world.services.changePassword(account, password)
  const where = { type: [account.type], identifier: [account.identifier] }
  const sources = source.list({ where, limit: Infinity }).data
  for (const changed of sources) {
    const { id, organisation } = world.emit('account.password_changed', 'source', changed)
    const active = { owners: [organisation], where: { source: [id], state: ['active'] }, limit: Infinity }
    for (const { id: sessionId } of session.list(active).data) {
      // Read again: the end of an earlier session may have ended this one.
      const current = session.get(sessionId)
      if (current?.state !== 'active') continue
      world.time.because({ reason: endings.passwordChanged(account.identifier) }, () =>
        expireSession(world, current, { error: 'service' }),
      )
    }
  }
}

const { action } = actionsFor<Ricloud>()
const dueWork = dueWorkFor<Ricloud>()

export const accountRules: RuleModule = {
  dueWork: { 'account.change_password': dueWork('source', () => true, changePassword) },
  actions: {
    'account.change_password': action(
      'source',
      'change_password',
      'its owner changes the password of the source, to `password` or to an unknown one',
      changePassword,
      z.strictObject({ password: text.optional() }),
    ),
  },
}
