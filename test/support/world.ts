import { Random } from '../../src/engine/random.ts'
import { createDatabase } from '../../src/engine/store/database.ts'
import { readInstant } from '../../src/engine/time/instant.ts'
import * as engine from '../../src/engine/world.ts'
import { ricloud } from '../../src/ricloud/index.ts'
import { type Records, type ResourceName, resources } from '../../src/ricloud/resources/index.ts'
import { Accounts } from '../../src/ricloud/services/accounts.ts'
import { defaultSettings } from '../../src/ricloud/settings.ts'
import type { Ricloud, World } from '../../src/ricloud/types.ts'
import { startTime } from './api.ts'

/** A world whose clock is frozen at `startTime`, with nothing in it. */
export function emptyWorld(settings: Partial<World['settings']> = {}): World {
  return new engine.World<Ricloud>(ricloud, {
    seed: 1,
    clock: { start: readInstant(startTime), frozen: true },
    settings: { ...defaultSettings, ...settings },
    services: () => new Accounts([]),
  })
}

/** A record of each resource, as the tables keep it. */
export const records: Records = {
  organisation: {
    id: 1,
    type: 'standard',
    name: 'My org',
    slug: 'my-org',
    api_version: '2020-02-20',
    config: { publish_source_files: false },
    permissions: 1,
    storage_config_default: null,
    webhook_config_default: null,
    state: 'active',
    date_created: startTime,
  },
  permissions: { id: 1, organisation: 1, identifier: 'default', scopes: {}, date_created: startTime },
  storage_config: {
    id: 1,
    organisation: 1,
    type: 'gs',
    url: 'gs://bucket/path',
    has_credentials: true,
    signed_urls_enabled: false,
    signed_urls_expiry: null,
    state: 'valid',
    date_created: startTime,
  },
  webhook_config: {
    id: 1,
    organisation: 1,
    url: 'https://example.com/webhooks',
    secret: 'Wg69dQaffJuXckXsdoHuPYkf3VSWEGMa',
    state: 'valid',
    date_created: startTime,
  },
  key: {
    id: 1,
    organisation: 1,
    type: 'standard',
    config: {},
    storage_config: null,
    webhook_config: null,
    token: 'token-1',
    tokens_in_grace: [],
    state: 'active',
    date_created: startTime,
    date_expires: null,
  },
  user: { id: 1, organisation: 1, key: 1, identifier: 'a@example.com', state: 'active', date_created: startTime },
  source: {
    id: 1,
    organisation: 1,
    key: 1,
    user: 1,
    type: 'icloud.account',
    identifier: 'a@example.com',
    info: null,
    parent: null,
    validated: false,
    connected: true,
    locked_until: null,
    state: 'unvalidated',
    date_created: startTime,
  },
  session: {
    id: '00000000-0000-4000-8000-000000000001',
    organisation: 1,
    key: 1,
    user: 1,
    source: 1,
    state: 'pending',
    error: null,
    date_created: startTime,
    date_expired: null,
    date_used: null,
  },
  poll: {
    id: '00000000-0000-4000-8000-000000000004',
    organisation: 1,
    key: 1,
    user: 1,
    source: 1,
    session: '00000000-0000-4000-8000-000000000001',
    subscription: null,
    state: 'pending',
    date_created: startTime,
    date_started: null,
    date_completed: null,
    payload: {},
    requestor: 'client',
    storage_config: 1,
  },
  subscription: {
    id: '00000000-0000-4000-8000-000000000006',
    organisation: 1,
    key: 1,
    user: 1,
    source: 1,
    session: '00000000-0000-4000-8000-000000000001',
    poll_payload: {},
    interval: 86_400,
    date_start: null,
    date_end: null,
    state: 'pending',
    date_created: startTime,
    date_polled: null,
    date_next: null,
  },
  result: {
    id: '00000000-0000-4000-8000-000000000005',
    organisation: 1,
    poll: '00000000-0000-4000-8000-000000000004',
    task: '00000000-0000-4000-8000-000000000002',
    identifier: 'ios_messages.messages',
    url: 'gs://bucket/path/result.json',
    type: 'json',
    checksum: 'e0234245cb00aa260ccfa99a9a0b235e',
    size: 11,
    state: 'available',
    date_created: startTime,
    date_consumed: null,
    date_deleted: null,
    signed_until: null,
  },
  task: {
    id: '00000000-0000-4000-8000-000000000002',
    organisation: 1,
    key: 1,
    user: null,
    source: null,
    session: null,
    poll: null,
    source_type: null,
    type: 'storage_config.test',
    target: 1,
    state: 'processing',
    next: null,
    error: null,
    date_created: startTime,
    date_started: startTime,
    date_completed: null,
  },
  event: {
    id: '00000000-0000-4000-8000-000000000003',
    organisation: 1,
    type: 'session',
    action: 'expired',
    data: {},
    state: 'pending',
    retries: 0,
    date_created: startTime,
    date_delivered: null,
    webhook_config: null,
    number: null,
    task: null,
    attempts: [],
  },
}

/** Puts a record of a resource in a state into a world's table. */
export function arrange<R extends ResourceName>(world: World, resource: R, changes: Partial<Records[R]>): Records[R] {
  const table = world.tables[resource] as unknown as { insert(row: Records[R]): Records[R] }
  return table.insert({ ...records[resource], ...changes })
}

/** A database of its own with nothing in it, whose plain creates get rising dates. */
export function emptyDatabase() {
  const random = new Random(1)
  let stamps = 0
  const defaults = {
    uuid: () => random.uuid(),
    text: (length: number) => random.text(length),
    stamp: () => `2020-02-20T12:00:00.${String(stamps++).padStart(6, '0')}Z`,
  }
  return createDatabase<Ricloud>(resources, defaults, () => {})
}
