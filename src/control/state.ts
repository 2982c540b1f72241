import { redacted } from '../engine/messages.ts'
import type { World } from '../engine/world.ts'
import type { ModelName, Records } from '../ricloud/resources/records.ts'

/** Every record of a world as the database holds it, by model, with what the API hides. */
export type StateView = { readonly [Name in ModelName]: readonly Records[Name][] }

/** Shows every record, the oldest first; tokens and secrets only where they may be. */
export function showState(world: World, showSecrets: boolean): StateView {
  world.runDue()
  const shown = showSecrets ? (record: object) => ({ ...record }) : redacted
  return Object.fromEntries(
    Object.entries(world.tables).map(([name, table]) => [
      name,
      (table.list({ limit: Number.POSITIVE_INFINITY }).data as readonly object[]).toReversed().map(shown),
    ]),
  ) as unknown as StateView
}
