import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { text } from '../../engine/fields.ts'
import { actionsFor } from '../../scenario/action.ts'
import type { SourceType } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import type { RuleModule } from './module.ts'
import { expireSession } from './session.ts'

/**
 * The owner of an external account changes its password: running sessions of its sources end with `service`
 * (documented), and the old password is refused.
 */
export function changePassword(
  world: World,
  account: { readonly type: SourceType; readonly identifier: string },
  { password }: { password?: string | undefined } = {},
): void {
  const { source, session } = world.tables
  world.services.changePassword(account.type, account.identifier, password)
  const where = { type: [account.type], identifier: [account.identifier] }
  const sources = source.list({ where, limit: Infinity }).data
  for (const changed of sources) {
    const { id, organisation } = world.emit('account.password_changed', 'source', changed)
    const active = { owners: [organisation], where: { source: [id], state: ['active'] }, limit: Infinity }
    for (const { id: running } of session.list(active).data) {
      const found = session.get(running)
      if (found?.state === 'active') expireSession(world, found, { error: 'service' })
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
      "its owner changes the source's password, to `password` or to one not known",
      changePassword,
      z.strictObject({ password: text.optional() }),
    ),
  },
}
