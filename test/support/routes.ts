import { apiRoutes } from '../../src/ricloud/routes/index.ts'
import { sessionIds } from './worlds.ts'

/** Method and path of every endpoint, with an ID of the default world where one stands. */
export const endpoints = apiRoutes.map(({ method, path }) => {
  const id = path.startsWith('/sessions') ? sessionIds.active : '1'
  return [method, path.replace('{id}', id)] as const
})

/** The endpoints that read a body. */
export const endpointsWithBody = endpoints.filter(([method]) => method !== 'GET')
