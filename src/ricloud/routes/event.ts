import { EventNames } from '../../engine/event-names.ts'
import { resources } from '../resources/index.ts'
import { answerList, listRoute, retrieveRoute } from './call.ts'

const names = ['webhook_config.test', ...EventNames.of(resources).all].map((name) => name.split('.'))
const partsOf = (at: number) => [...new Set(names.map((parts) => parts[at] ?? ''))].sort()

/** The types and actions that events have. The pages do not list them, so another one finds nothing and is no error (assumed). */
const words = { type: partsOf(0), action: partsOf(1) }

export const eventRoutes = [
  listRoute('event', {
    operation: 'listEvents',
    summary: 'List events by type, action, state and date',
    handle: (call) => answerList(call, 'event', { words }),
  }),
  retrieveRoute('event', {
    operation: 'retrieveEvent',
    summary: 'One event, with the resource as it was',
  }),
]
