import { keyRoutes } from './key.ts'
import { organisationRoutes } from './organisation.ts'
import { sessionRoutes } from './session.ts'
import { sourceRoutes } from './source.ts'
import { userRoutes } from './user.ts'

/** The API's route table. */
export const apiRoutes = [...organisationRoutes, ...keyRoutes, ...userRoutes, ...sourceRoutes, ...sessionRoutes]
