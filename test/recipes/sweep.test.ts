import { expect, test } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

const createUser = () => call('POST', '/users', { identifier: 'new@example.com' })

async function createUserWithRetry() {
  const { status } = await createUser().catch(createUser)
  if (status >= 500) await createUser()
}

test('No fault makes the client create a user twice', async ({ sweep }) => {
  const { problems, text } = await sweep(createUserWithRetry, { calls: ['POST /users'] })
  expect(problems, text).toEqual([])
})

test('A retry starts a session twice if only the answer was lost', async ({ sweep }) => {
  const start = () => startSession('someone@example.com', { password: 'joshua' })
  const { problems } = await sweep(() => start().catch(start), { calls: ['POST /sessions'] })
  expect(problems).toMatchObject([{ kind: 'cut', duplicates: ['POST /sessions created 2 instead of 1'] }])
})
