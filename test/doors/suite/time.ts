import { later } from '../../support/instants.ts'
import { advance, type Behaviour, get, newSession, post, refused, statusOf } from '../behaviour.ts'
import { same } from '../same.ts'

/** What the virtual clock does. */
export const time: readonly Behaviour[] = [
  {
    title: 'A replaced token works for less than 6 more hours',
    run: async (door) => {
      await post(door, '/keys/1/rotate')
      await advance(door, '5h')
      await advance(door, '59m')
      same(await statusOf(get(door, '/key')), 200, 'just before the 6 hours are over')
      await advance(door, '2m')
      same(await statusOf(get(door, '/key')), 401, 'just after')
    },
  },
  {
    title: 'A forced rotation revokes the replaced token at once',
    run: async (door) => {
      await post(door, '/keys/1/rotate', { force: true })
      await refused(get(door, '/key'), 401, 'unauthorized')
    },
  },
  {
    title: 'Moving the clock answers with what happened meanwhile',
    run: async (door) => {
      await post(door, '/sessions', newSession(), { 'ricloud-await': '1' })
      await post(door, '/keys/1/rotate')
      const { body } = await advance(door, '6h')
      same(
        body.happened.map(({ event }: { event: string }) => event),
        ['key.token_revoked'],
      )
    },
  },
  {
    title: 'An awaited session has settled in the answer',
    run: async (door) => {
      const { status, body } = await post(door, '/sessions', newSession(), { 'ricloud-await': '5' })
      same([status, body.state], [201, 'active'])
    },
  },
  {
    title: 'Awaiting moves a frozen clock to the instant at which the session settles',
    world: { settings: { session_init: '3s' } },
    run: async (door) => {
      const { body } = await post(door, '/sessions', newSession(), { 'ricloud-await': '5' })
      same((await get(door, '/_mock/clock')).body.now, later(body.date_created, '3s'))
    },
  },
  {
    title: 'A session that settles later than awaited is answered pending, and the clock does not move',
    world: { settings: { session_init: '30s' } },
    run: async (door) => {
      const { body } = await post(door, '/sessions', newSession(), { 'ricloud-await': '30' })
      const clock = await get(door, '/_mock/clock')
      same([body.state, clock.body.now], ['pending', body.date_created])
    },
  },
  {
    title: 'Records carry the virtual time with six digits',
    run: async (door) => {
      const { now } = (await advance(door, '1d')).body
      const { body } = await post(door, '/users', { identifier: 'timely@example.com' })
      same([/T.*\.\d{6}Z$/.test(body.date_created), body.date_created], [true, now])
    },
  },
  {
    title: 'The Date header carries the virtual time',
    run: async (door) => {
      const { now } = (await advance(door, '1d')).body
      const { headers } = await get(door, '/key')
      same(headers.get('date'), new Date(now).toUTCString())
    },
  },
]
