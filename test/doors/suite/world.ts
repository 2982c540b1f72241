import defaultFixture from '../../../fixtures/default.json' with { type: 'json' }
import type { Fixture } from '../../../src/index.ts'

/** Records of the default world, as the API sends them. */
export const [organisation] = defaultFixture.organisations
export const [latestSession] = defaultFixture.sessions
/** A list that holds all there is. */
export const listOf = (url: string, data: readonly unknown[]) => ({
  data,
  has_more: false,
  total_count: data.length,
  url,
})

/** The configs and the base permissions of the default world, as the API shows them. */
export const storage = {
  id: 1,
  resource: 'storage_config',
  organisation: 1,
  type: 'gs',
  url: 'gs://my-storage-bucket',
  credentials: {},
  signed_urls_enabled: false,
  signed_urls_expiry: null,
  state: 'valid',
  date_created: '2018-11-08T16:47:56.849618Z',
}
export const webhook = {
  id: 1,
  resource: 'webhook_config',
  organisation: 1,
  url: 'https://www.mywebhookendpoint.com/webhooks',
  secret: 'Wg69dQaffJuXckXsdoHuPYkf3VSWEGMa',
  state: 'valid',
  date_created: '2018-11-08T13:07:59.563975Z',
}
export const base = { id: 1, resource: 'permissions', organisation: 1, scopes: organisation?.permissions.scopes }
/** A world whose webhooks answer without being called. */
export const answering = { settings: { webhook_answers: [200] } }

/** The default fixture with other scopes for its organisation. */
export function scoped(scopes: Readonly<Record<string, readonly object[]>>): Fixture {
  const fixture = structuredClone(defaultFixture)
  for (const { permissions } of fixture.organisations) permissions.scopes = scopes as never
  return fixture
}

/** The default fixture, its users all active. */
export function activeUsers(): Fixture {
  const fixture = structuredClone(defaultFixture)
  for (const user of fixture.users) user.state = 'active'
  return fixture
}
