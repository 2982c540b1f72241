import { ok } from '../../engine/http/router.ts'
import { eventFilters, showEvent } from '../resources/event.ts'
import { find } from '../rules/access.ts'
import { answerList, route } from './call.ts'

export const eventRoutes = [
  route({
    method: 'GET',
    path: '/events',
    operation: 'listEvents',
    evidence: 'documented',
    summary: 'List events by type, action, state and date',
    query: eventFilters,
    answers: { 200: 'event_list' },
    handle: (call) => answerList(call, 'event', eventFilters, { show: showEvent }),
  }),
  route({
    method: 'GET',
    path: '/events/{id}',
    operation: 'retrieveEvent',
    evidence: 'documented',
    summary: 'One event, with the resource as it was',
    answers: { 200: 'event' },
    handle: (call) => ok(showEvent(call, find(call.world, call.caller, 'event', call.params.id))),
  }),
]
