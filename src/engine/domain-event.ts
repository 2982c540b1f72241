import type { Viewer } from '../ricloud/dialect.ts'
import { showStorageConfig, showWebhookConfig } from '../ricloud/resources/config.ts'
import { showKey } from '../ricloud/resources/key.ts'
import { showOrganisation } from '../ricloud/resources/organisation.ts'
import type { Records } from '../ricloud/resources/records.ts'
import { showSession } from '../ricloud/resources/session.ts'
import { showSource } from '../ricloud/resources/source.ts'
import { showUser } from '../ricloud/resources/user.ts'
import type { Resource } from './lifecycle.ts'
import { redacted } from './messages.ts'
import { formatInstant } from './time/clock.ts'
import type { DomainEvent, World } from './world.ts'

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
export interface DomainEventView {
  readonly at: string
  readonly event: string
  readonly resource: Readonly<Record<string, unknown>>
}

/** Something that happened, as it is told. */
export function viewEvent(world: World, { at, event, resource, record }: DomainEvent): DomainEventView {
  const shown = showRecord(world, resource, record)
  return {
    at: formatInstant(at),
    event,
    resource: world.showSecrets ? shown : (redacted(shown) as DomainEventView['resource']),
  }
}

/** What happens during some work, as it is told. */
export function eventsDuring(world: World, work: () => void): readonly DomainEventView[] {
  const happened: DomainEventView[] = []
  const stop = world.events.on((happening) => void happened.push(viewEvent(world, happening)))
  try {
    work()
  } finally {
    stop()
  }
  return happened
}

/** A record as the API shows it to its organisation. */
export function showRecord(
  world: World,
  resource: Resource,
  record: DomainEvent['record'],
): DomainEventView['resource'] {
  const show = views[resource] as (viewer: Viewer, record: DomainEvent['record']) => DomainEventView['resource']
  return show({ world, dialect: 'documented', isSuper: false }, record)
}
