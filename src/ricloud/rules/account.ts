import type { World } from '../../engine/world.ts'
import type { SourceType } from '../resources/records.ts'
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
  world.accounts.changePassword(account.type, account.identifier, password)
  const where = { type: [account.type], identifier: [account.identifier] }
  const sources = source.list({ where, limit: Infinity }).data
  for (const changed of sources) {
    const { id, organisation } = world.emit('account.password_changed', 'source', changed)
    const active = { organisations: [organisation], where: { source: [id], state: ['active'] }, limit: Infinity }
    for (const { id: running } of session.list(active).data) {
      const found = session.get(running)
      if (found?.state === 'active') expireSession(world, found, { error: 'service' })
    }
  }
}
