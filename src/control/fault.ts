import * as z from 'zod'
import { created, ok } from '../engine/http/router.ts'
import type { FaultInput } from '../scenario/types.ts'
import { readSearch, route } from './route.ts'

const Disarming = z.strictObject({ on: z.string().optional() })

export const faultRoutes = [
  route({
    method: 'GET',
    path: '/_mock/faults',
    operation: 'listFaults',
    summary: 'Every fault that is or was armed, and how many calls it struck',
    answers: { 200: 'faults' },
    handle: ({ mock }) => ok({ faults: mock.faults.list() }),
  }),
  route({
    method: 'POST',
    path: '/_mock/faults',
    operation: 'armFault',
    summary: 'Arm a fault: `{"on": "GET /users/*", "first": 2, "answer": {"status": 503}}`',
    body: z.looseObject({}),
    examples: { unavailable: { on: 'GET /users/*', first: 2, answer: { status: 503 } } },
    answers: { 201: 'faults' },
    handle: ({ mock, body }) => {
      mock.faults.arm(body as unknown as FaultInput)
      return created({ faults: mock.faults.list() })
    },
  }),
  route({
    method: 'DELETE',
    path: '/_mock/faults',
    operation: 'disarmFaults',
    summary: 'Disarm all faults, or those `?on=` a call',
    query: Disarming.shape,
    answers: { 200: 'disarmed' },
    handle: (call) => ok({ disarmed: call.mock.faults.disarm(readSearch(Disarming, call).on) }),
  }),
]
