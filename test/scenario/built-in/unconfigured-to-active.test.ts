import { expect } from 'vitest'
import { advance, call, type Door, get, newSession, post, settled, stateOf } from '../../doors/behaviour.ts'
import { answerOf, happenedIn, outcomeOf, playThrough } from './play.ts'

const storage = { url: 'gs://my-bucket/path', credentials: { type: 'service_account' } }
const webhook = { url: 'https://example.com/webhooks' }

/** A session request for the first user, which is made. */
async function wantSession(door: Door) {
  const { body } = await post(door, '/users', { identifier: 'ada@example.com' })
  return newSession('ada@example.com', body.id)
}

/** A poll of an active session of a new user. */
async function wantPoll(door: Door) {
  const { body } = await post(door, '/sessions', await wantSession(door), { 'ricloud-await': '1' })
  return { session: body.id, payload: { info_types: ['*'] } }
}

playThrough('unconfigured-to-active', {
  'The organisation is unconfigured, and has no configs': async (door) => {
    const { state, storage_configs, webhook_configs } = (await get(door, '/organisation')).body
    expect([state, storage_configs.total_count, webhook_configs.total_count]).toEqual(['unconfigured', 0, 0])
  },
  'No poll can be made yet': async (door) => {
    expect(await answerOf(post(door, '/polls', await wantPoll(door)))).toBe('400 unconfigured')
  },
  'The first storage config is new for just under five seconds': async (door) => {
    await post(door, '/configs/storage', storage)
    await advance(door, '4.999999s')
    expect(await stateOf(door, '/configs/storage/1')).toBe('new')
  },
  'No poll can be made while it is tested': async (door) => {
    await post(door, '/configs/storage', storage)
    expect(await answerOf(post(door, '/polls', await wantPoll(door)))).toBe('400 unconfigured')
  },
  'After five seconds the storage config is valid, and the organisation active': async (door) => {
    await post(door, '/configs/storage', storage)
    expect(await happenedIn(door, '5s')).toEqual([
      '2020-02-20T12:00:05.000000Z storage_config.accepted 1',
      '2020-02-20T12:00:05.000000Z organisation.configured 1',
    ])
  },
  'The storage config is the default then': async (door) => {
    await post(door, '/configs/storage', storage)
    await advance(door, '5s')
    expect((await get(door, '/organisation')).body.storage_config_default).toBe(1)
  },
  'A session can be started then': async (door) => {
    const wanted = await wantSession(door)
    await post(door, '/configs/storage', storage)
    await advance(door, '5s')
    expect(await outcomeOf(settled(door, wanted))).toBe('active')
  },
  'Whoever awaits a test goes on with a valid config': async (door) => {
    await post(door, '/configs/storage', storage)
    const { body } = await post(door, '/configs/storage/1/test', undefined, { 'ricloud-await': '10' })
    expect([body.state, await stateOf(door, '/organisation')]).toEqual(['succeeded', 'active'])
  },
  'A storage config without credentials leaves the organisation unconfigured': async (door) => {
    await post(door, '/configs/storage', { url: storage.url })
    await advance(door, '5s')
    expect([await stateOf(door, '/configs/storage/1'), await stateOf(door, '/organisation')]).toEqual([
      'invalid',
      'unconfigured',
    ])
  },
  'A webhook config is valid after five seconds, and the default': async (door) => {
    await post(door, '/configs/webhook', webhook)
    await advance(door, '5s')
    const { webhook_config_default } = (await get(door, '/organisation')).body
    expect([await stateOf(door, '/configs/webhook/1'), webhook_config_default]).toEqual(['valid', 1])
  },
  'The end of the first session is delivered': async (door) => {
    const wanted = await wantSession(door)
    await post(door, '/configs/storage', storage)
    await post(door, '/configs/webhook', webhook)
    await advance(door, '5s')
    const { id } = await settled(door, wanted)
    await call(door, 'DELETE', `/sessions/${id}`)
    await advance(door, '1s')
    const { data } = (await get(door, '/events?type=session')).body
    expect(data).toEqual([expect.objectContaining({ action: 'expired', state: 'delivered' })])
  },
})
