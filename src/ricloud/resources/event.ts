import * as z from 'zod'
import { oneOf } from '../../engine/fields.ts'
import type { Filters } from '../../engine/http/list.ts'
import type { Viewer } from '../dialect.ts'
import { type Event, eventStates } from './records.ts'

/** Filters of `GET /events` (documented). */
export const eventFilters = {
  type: z.string(),
  action: z.string(),
  state: oneOf(eventStates),
  date_created: 'datetime',
} satisfies Filters

/** An event as the API sends it, to those who ask and to webhooks (documented). */
export function showEvent(_viewer: Viewer, event: Event) {
  return {
    id: event.id,
    resource: 'event' as const,
    type: event.type,
    action: event.action,
    data: event.data,
    state: event.state,
    retries: event.retries,
    date_created: event.date_created,
    date_delivered: event.date_delivered,
  }
}
