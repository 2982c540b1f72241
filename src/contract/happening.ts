import { formatInstant } from '../clock.ts'
import type { Records } from '../db/records.ts'
import type { Resource } from '../domain/lifecycle.ts'
import type { Happening, World } from '../domain/world.ts'
import { redacted } from '../words.ts'
import { showStorageConfig, showWebhookConfig } from './config.ts'
import { showKey } from './key.ts'
import { showOrganisation } from './organisation.ts'
import { showSession } from './session.ts'
import { showSource } from './source.ts'
import { showUser } from './user.ts'
import type { Viewer } from './viewer.ts'

const views = {
  organisation: showOrganisation,
  key: showKey,
  user: showUser,
  source: showSource,
  session: showSession,
  storage_config: showStorageConfig,
  webhook_config: showWebhookConfig,
} satisfies { [R in Resource]: (viewer: Viewer, record: Records[R]) => object }

/** Something that happened, as it is told: the resource as the API would have sent it at that moment, tokens and secrets hidden. */
export interface HappeningView {
  readonly at: string
  readonly event: string
  readonly resource: Readonly<Record<string, unknown>>
}

/** Something that happened, as it is told. */
export function happeningOf(world: World, { at, event, resource, record }: Happening): HappeningView {
  const shown = showRecord(world, resource, record)
  return {
    at: formatInstant(at),
    event,
    resource: world.showSecrets ? shown : (redacted(shown) as HappeningView['resource']),
  }
}

/** What happens during some work, as it is told. */
export function happeningsOf(world: World, work: () => void): readonly HappeningView[] {
  const happened: HappeningView[] = []
  const stop = world.happenings.on((happening) => void happened.push(happeningOf(world, happening)))
  try {
    work()
  } finally {
    stop()
  }
  return happened
}

/** A record as the API shows it to its organisation. */
export function showRecord(world: World, resource: Resource, record: Happening['record']): HappeningView['resource'] {
  const show = views[resource] as (viewer: Viewer, record: Happening['record']) => HappeningView['resource']
  return show({ world, dialect: 'documented', isSuper: false }, record)
}
