import { listRoute, retrieveRoute } from './call.ts'

export const eventRoutes = [
  listRoute('event', {
    operation: 'listEvents',
    summary: 'List events by type, action, state and date',
  }),
  retrieveRoute('event', {
    operation: 'retrieveEvent',
    summary: 'One event, with the resource as it was',
  }),
]
