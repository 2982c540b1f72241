import { ok } from '../engine/http/router.ts'
import { route } from './route.ts'

export const deliveryRoutes = [
  route({
    method: 'GET',
    path: '/_mock/deliveries',
    operation: 'listDeliveries',
    summary: 'Every event that has a webhook to be sent to, and its attempts with status and time',
    answers: { 200: 'deliveries' },
    handle: ({ mock }) => ok({ deliveries: mock.webhooks.deliveries }),
  }),
  route({
    method: 'POST',
    path: '/_mock/deliveries/{id}/redeliver',
    operation: 'redeliver',
    summary: 'Send one once more; answers with what came of it',
    answers: { 200: 'delivery' },
    handle: async ({ mock, params }) => ok(await mock.webhooks.redeliver(params.id)),
  }),
]
