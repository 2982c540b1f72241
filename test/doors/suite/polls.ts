import {
  type Answered,
  type Behaviour,
  call,
  type Door,
  get,
  newSession,
  post,
  refused,
  settled,
} from '../behaviour.ts'
import { same } from '../same.ts'
import { listOf, scoped } from './world.ts'

const payload = { data_types: ['ios_messages.messages'] }
const answering = { settings: { webhook_answers: [200] } } as const

/** A poll of a new session, as it is after the next call. */
async function polled(door: Door, wanted: object = payload): Promise<Answered['body']> {
  const session = await settled(door, newSession())
  const { body } = await post(door, '/polls', { session: session.id, payload: wanted })
  return (await get(door, `/polls/${body.id}`)).body
}

/** A poll and a subscription of a session that is as a test wants it. */
async function bothRefused(door: Door, session: string, status: number, error: string): Promise<void> {
  await refused(post(door, '/polls', { session, payload }), status, error)
  await refused(post(door, '/subscriptions', { session, poll_payload: payload }), status, error)
}

/** What polls, results and subscriptions do. */
export const polls: readonly Behaviour[] = [
  {
    title: 'POST /polls makes a pending poll, and GET /polls/{id} shows it completed, with its result',
    world: answering,
    run: async (door) => {
      const session = await settled(door, newSession())
      const { status, body } = await post(door, '/polls', { session: session.id, payload })
      const later = (await get(door, `/polls/${body.id}`)).body
      same([status, body.state, later.state, later.results.total_count], [201, 'pending', 'completed', 1])
    },
  },
  {
    title: 'GET /polls lists the polls of a session',
    world: answering,
    run: async (door) => {
      const poll = await polled(door)
      same((await get(door, `/polls?session=${poll.session}`)).body, listOf('/polls', [poll]))
    },
  },
  {
    title: 'GET /polls/{id}/errors lists the errors of its tasks',
    world: answering,
    run: async (door) => {
      const poll = await polled(door, { files: ['unknown'] })
      const { body } = await get(door, `/polls/${poll.id}/errors`)
      same([body, body.data[0].error], [poll.errors, 'file-not-found'])
    },
  },
  {
    title: 'GET /results lists what is not consumed yet, and GET /results/{id} shows one',
    world: answering,
    run: async (door) => {
      const [result] = (await polled(door)).results.data
      same((await get(door, '/results')).body, listOf('/results', [result]))
      same((await get(door, `/results/${result.id}`)).body, result)
    },
  },
  {
    title: 'POST /results/ack consumes results',
    world: answering,
    run: async (door) => {
      const [result] = (await polled(door)).results.data
      const { status, body } = await post(door, '/results/ack', { results: [result.id] })
      same([status, body.data[0].state, (await get(door, '/results')).body.total_count], [200, 'consumed', 0])
    },
  },
  ...['POST', 'GET'].map(
    (method): Behaviour => ({
      title: `${method} /results/{id}/ack consumes a result, and refuses an expired one`,
      world: answering,
      run: async (door) => {
        const [result] = (await polled(door)).results.data
        const { status, body } = await call(door, method, `/results/${result.id}/ack`)
        same([status, body.state], [200, 'consumed'])
        await post(door, '/_mock/actions', { do: 'result.expire', where: { id: result.id } })
        await refused(call(door, method, `/results/${result.id}/ack`), 400, 'invalid-parameter', ['id'])
      },
    }),
  ),
  {
    title: 'A signed URL leads to the bytes of a result',
    world: answering,
    run: async (door) => {
      await post(door, '/configs/storage/1', { signed_urls_enabled: true })
      const [result] = (await polled(door)).results.data
      const { pathname, search } = new URL(result.signed_url.url)
      const bytes = await (await door.fetch(pathname + search)).arrayBuffer()
      same([bytes.byteLength, (await door.fetch(`${pathname}${search}0`)).status], [result.size, 403])
    },
  },
  {
    title: 'POST /subscriptions makes a subscription, whose first poll is made at the next call',
    world: answering,
    run: async (door) => {
      const session = await settled(door, newSession())
      const wanted = { session: session.id, poll_payload: payload }
      const { status, body } = await post(door, '/subscriptions', wanted)
      const made = (await get(door, `/polls?subscription=${body.id}&requestor=subscription`)).body
      same([status, body.state, made.total_count], [201, 'pending', 1])
      const active = { ...body, state: 'active' }
      same((await get(door, `/subscriptions/${body.id}`)).body, active)
      same((await get(door, '/subscriptions')).body, listOf('/subscriptions', [active]))
    },
  },
  {
    title: 'DELETE /subscriptions/{id} ends a subscription',
    world: answering,
    run: async (door) => {
      const session = await settled(door, newSession())
      const { body } = await post(door, '/subscriptions', { session: session.id, poll_payload: payload })
      const ended = await call(door, 'DELETE', `/subscriptions/${body.id}`)
      same([ended.status, ended.body.state], [200, 'deleted'])
    },
  },
  {
    title: 'An expired session takes no polls and subscriptions',
    run: async (door) => {
      const { id } = await settled(door, newSession())
      await call(door, 'DELETE', `/sessions/${id}`)
      await bothRefused(door, id, 400, 'session-expired')
    },
  },
  {
    title: 'An unconfigured organisation makes no polls and subscriptions',
    world: { fixtures: ['empty'] },
    run: async (door) => {
      const { body } = await post(door, '/users', { identifier: 'a@example.com' })
      const { id } = await settled(door, newSession('a@example.com', body.id))
      await bothRefused(door, id, 400, 'unconfigured')
    },
  },
  {
    title: 'Data that is out of scope is refused',
    world: { fixtures: [scoped({ 'source_type:*': [], 'task_type:*': [], 'data_type:whatsapp.*': [] })] },
    run: async (door) => bothRefused(door, (await settled(door, newSession())).id, 403, 'missing-scope'),
  },
  {
    title: 'Data beyond the limit of its scope is refused',
    world: {
      fixtures: [
        scoped({
          'source_type:*': [],
          'task_type:*': [],
          'data_type:*': [{ level: 'user', type: 'count', value: 0 }],
        }),
      ],
    },
    run: async (door) => bothRefused(door, (await settled(door, newSession())).id, 403, 'limit-exceeded'),
  },
]
