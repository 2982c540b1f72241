import type { DomainEventView, MockOptions, ScenarioInput } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'

/** A mock that plays a scenario on a clock frozen at `startTime`, and what it logged. */
export function play(scenario: Omit<ScenarioInput, 'scenario'>, options: MockOptions = {}) {
  const logged: string[] = []
  const api = setupApi({
    scenario: { scenario: 'played', ...scenario },
    log: (level, message) => logged.push(`${level}: ${message}`),
    ...options,
  })
  return { ...api, logged }
}

/** Events as lines such as `12:30 user.blocked 1`. */
export const linesOf = (happened: readonly DomainEventView[]) =>
  happened.map(({ at, event, resource }) => `${at.slice(11, 16)} ${event} ${resource.id}`)

/** The names of events. */
export const eventsOf = (happened: readonly DomainEventView[]) => happened.map(({ event }) => event)
