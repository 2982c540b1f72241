import { ok } from '../engine/http/router.ts'
import { clockRoutes } from './clock.ts'
import { deliveryRoutes } from './delivery.ts'
import { faultRoutes } from './fault.ts'
import { stateRoutes } from './record.ts'
import { requestRoutes } from './request.ts'
import { route } from './route.ts'
import { scenarioRoutes } from './scenario.ts'
import { snapshotRoutes } from './snapshot.ts'
import { worldRoutes } from './world.ts'

const rows = [
  ...clockRoutes,
  ...scenarioRoutes,
  ...stateRoutes,
  ...faultRoutes,
  ...requestRoutes,
  ...deliveryRoutes,
  ...snapshotRoutes,
  ...worldRoutes,
]

/** The control API, under `/_mock`. */
export const controlRoutes = [
  route({
    method: 'GET',
    path: '/_mock',
    operation: 'listControlCalls',
    summary: 'All of these calls',
    answers: { 200: 'index' },
    handle: ({ mock }) =>
      ok({
        name: 'ricloud-mock',
        world: mock.id,
        scenario: mock.scenario.name,
        calls: rows.map(({ method, path, summary }) => ({ call: `${method} ${path}`, summary })),
      }),
  }),
  ...rows,
]
