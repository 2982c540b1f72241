import { newSession, type setupApi } from './api.ts'

/** Starts a session on the locked source of the default world, which the service declines. */
export async function startDeclined(
  { post }: Pick<ReturnType<typeof setupApi>, 'post'>,
  headers?: Record<string, string>,
) {
  await post('/users/2', { state: 'active' })
  return post('/sessions', newSession('renate@example.com', 2), headers)
}
