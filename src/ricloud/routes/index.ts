import { configRoutes } from './config.ts'
import { eventRoutes } from './event.ts'
import { keyRoutes } from './key.ts'
import { organisationRoutes } from './organisation.ts'
import { permissionsRoutes } from './permissions.ts'
import { sessionRoutes } from './session.ts'
import { sourceRoutes } from './source.ts'
import { taskRoutes } from './task.ts'
import { userRoutes } from './user.ts'

/** The API's route table. */
export const apiRoutes = [
  ...organisationRoutes,
  ...keyRoutes,
  ...userRoutes,
  ...sourceRoutes,
  ...sessionRoutes,
  ...configRoutes,
  ...permissionsRoutes,
  ...taskRoutes,
  ...eventRoutes,
]

/** Paths of the API that the mock does not imitate yet, with all below them (documented and observed; their 404 is assumed). */
export const notImitated = ['/polls', '/results', '/subscriptions'] as const
