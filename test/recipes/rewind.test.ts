import { expect, test } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

test('The client sees what would have been if the session had ended before its second call', async ({ ricloud }) => {
  const { id } = await startSession('someone@example.com', { password: 'joshua' })
  expect((await call('GET', `/sessions/${id}`)).body.state).toBe('active')

  const fork = await ricloud.fork(2) // a world in the state before the second call; ricloud.rewind(2) goes back itself
  fork.actions['session.expire']({ where: { id } })
  expect((await call('GET', `/sessions/${id}`, undefined, fork.token)).body.state).toBe('expired')
  expect((await call('GET', `/sessions/${id}`)).body.state).toBe('active')
})
