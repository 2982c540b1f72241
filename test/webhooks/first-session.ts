import { advance, type Door, get, newSession, post } from '../doors/behaviour.ts'
import { same } from '../doors/same.ts'
import { later } from '../support/instants.ts'

/** A world with nothing but an organisation and its key, whose sessions last a day. */
export const newOrganisation = { scenario: 'empty', settings: { session_lifetime: '24h' } } as const

/**
 * The flow of a new organisation, from its configs to its first session and the end of that, by calls alone. Nothing
 * here knows a runtime.
 *
 * @param url of its webhook
 * @returns the session's ID, when it ended, and the webhook's secret
 */
export async function firstSession(
  door: Door,
  url: string,
): Promise<{ session: string; ended: string; secret: string }> {
  const storage = await post(door, '/configs/storage', {
    url: 'gs://my-bucket/results',
    credentials: { type: 'service_account', private_key: 'open-sesame' },
  })
  same([storage.status, storage.body.state, storage.body.credentials], [201, 'new', {}], 'the storage config')
  const webhook = await post(door, '/configs/webhook', { url })
  same([webhook.status, webhook.body.state], [201, 'new'], 'the webhook config')

  await advance(door, '1s')
  const { body: organisation } = await get(door, '/organisation')
  const { state, storage_config_default, webhook_config_default } = organisation
  same(
    [state, storage_config_default, webhook_config_default],
    ['active', storage.body.id, webhook.body.id],
    'the organisation',
  )

  const { body: user } = await post(door, '/users', { identifier: 'first@example.com' })
  const { status, body: session } = await post(door, '/sessions', newSession('john@example.com', user.id), {
    'ricloud-await': '5',
  })
  same([status, session.state], [201, 'active'], 'the session')

  const ended = later(session.date_created, '24h')
  const { happened } = (await advance(door, '24h')).body
  same(
    happened.map(({ at, event }: { at: string; event: string }) => [at, event]),
    [[ended, 'session.expired']],
    'what happened within a day',
  )
  const { body: events } = await get(door, '/events?type=session&action=expired')
  same([events.total_count, events.data[0].state, events.data[0].retries], [1, 'delivered', 0], 'the event')
  return { session: session.id, ended, secret: webhook.body.secret }
}
