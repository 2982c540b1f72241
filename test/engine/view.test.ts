import { expect, test } from 'vitest'
import { setupApi } from '../support/api.ts'
import { natives } from '../support/v8.ts'

test.each(['poll.created', 'poll.completed', 'task.created', 'task.succeeded', 'result.created'])(
  'the views that the events %s keep are no hash tables, and share a hidden class',
  async (name) => {
    const { isFast, isAlike } = natives()
    const { mock, post, get } = setupApi({ settings: { events: [name] } })
    const source = { user: 1, type: 'icloud.account', identifier: 'john@example.com' }
    const { body: session } = await post('/sessions', { source, payload: { password: 'joshua' } })
    await get('/key')
    for (let i = 0; i < 5; i++) {
      await post('/polls', { session: session.id, payload: { data_types: ['ios_calls.calls'] } })
    }
    await get('/key')
    const views = mock.db.event.getAll().map(({ data }) => data)
    const [, , third = {}, fourth = {}, fifth = {}] = views
    expect([isFast(fifth), isAlike(third, fourth), isAlike(fourth, fifth)]).toEqual([true, true, true])
  },
)
