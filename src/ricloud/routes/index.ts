import { configRoutes } from './config.ts'
import { eventRoutes } from './event.ts'
import { keyRoutes } from './key.ts'
import { organisationRoutes } from './organisation.ts'
import { permissionsRoutes } from './permissions.ts'
import { pollRoutes } from './poll.ts'
import { resultRoutes } from './result.ts'
import { sessionRoutes } from './session.ts'
import { sourceRoutes } from './source.ts'
import { subscriptionRoutes } from './subscription.ts'
import { taskRoutes } from './task.ts'
import { userRoutes } from './user.ts'

/** The API's route table. */
export const apiRoutes = [
  ...organisationRoutes,
  ...keyRoutes,
  ...userRoutes,
  ...sourceRoutes,
  ...sessionRoutes,
  ...pollRoutes,
  ...resultRoutes,
  ...subscriptionRoutes,
  ...configRoutes,
  ...permissionsRoutes,
  ...taskRoutes,
  ...eventRoutes,
]
