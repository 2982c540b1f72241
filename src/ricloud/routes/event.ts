import { ok } from '../../engine/http/router.ts'
import { find } from '../rules/access.ts'
import { answerList, filters, route, shown } from './call.ts'

export const eventRoutes = [
  route({
    method: 'GET',
    path: '/events',
    operation: 'listEvents',
    evidence: 'documented',
    summary: 'List events by type, action, state and date',
    query: filters.event,
    answers: { 200: 'event_list' },
    handle: (call) => answerList(call, 'event'),
  }),
  route({
    method: 'GET',
    path: '/events/{id}',
    operation: 'retrieveEvent',
    evidence: 'documented',
    summary: 'One event, with the resource as it was',
    answers: { 200: 'event' },
    handle: (call) => ok(shown(call, 'event', find(call.world, call.caller, 'event', call.params.id))),
  }),
]
