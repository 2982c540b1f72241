import type { ApiTypes } from './api-types.ts'
import { redacted } from './messages.ts'
import { formatInstant } from './time/instant.ts'
import type { DomainEvent, World } from './world.ts'

/** An event as the control API shows it: with the record as the API would have sent it then, tokens and secrets hidden. */
export interface DomainEventView {
  /** Virtual time. */
  readonly at: string
  /** A resource and a verb in the past tense: `session.expired`. */
  readonly event: string
  readonly resource: Readonly<Record<string, unknown>>
}

export function viewEvent<A extends ApiTypes>(
  world: World<A>,
  { at, event, resource, record }: DomainEvent<A>,
): DomainEventView {
  const sent = world.views.show(world.viewer, resource, record)
  return {
    at: formatInstant(at),
    event,
    resource: world.showSecrets ? sent : (redacted(sent) as DomainEventView['resource']),
  }
}

/** The events that are emitted while `work` runs. */
export function eventsDuring<A extends ApiTypes>(world: World<A>, work: () => void): readonly DomainEventView[] {
  const events: DomainEventView[] = []
  const stop = world.events.on((event) => void events.push(viewEvent(world, event)))
  try {
    work()
  } finally {
    stop()
  }
  return events
}
