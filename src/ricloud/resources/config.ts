import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'

/**
 * Documented states: a created or changed config is `new` until its test. That a deleted one ends `deactivated`, and that
 * a test changes the state of such a config, is assumed.
 */
const lifecycle = {
  new: { accept: 'valid', reject: 'invalid', deactivate: 'deactivated' },
  valid: { accept: 'valid', reject: 'invalid', renew: 'new', deactivate: 'deactivated' },
  invalid: { accept: 'valid', reject: 'invalid', renew: 'new', deactivate: 'deactivated' },
  deactivated: { accept: 'valid', reject: 'invalid', renew: 'new', deactivate: 'deactivated' },
} as const

const tones = { new: 'wait', valid: 'good', invalid: 'bad', deactivated: 'over' } as const

/** What the two kinds of config have in common. */
const config = {
  id: 'integer',
  lifecycle,
  events: { created: undefined },
  group: 'config',
  leadsTo: ['organisation'],
  owner: 'organisation',
} as const

/** Documented; `local` is known to the official client (observed). */
export const storageTypes = ['gs', 's3', 'local'] as const

export const storage_config = resource({
  ...config,
  path: '/configs/storage',
  description: 'A bucket for results',
  shape: {
    organisation: attribute.id('organisation'),
    type: attribute.choice(storageTypes, { description: 'The scheme of its URL.' }),
    url: attribute.text({ initial: () => 'gs://bucket' }),
    credentials: attribute.computed(
      attribute.json<object>(() => z.strictObject({}), {
        description: 'Always empty in answers.',
        given: () => z.record(z.string(), z.unknown()),
      }),
    ),
    signed_urls_enabled: attribute.boolean(),
    signed_urls_expiry: attribute.nullable(attribute.integer({ minimum: 1, description: 'Seconds.' })),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
  },
  hidden: {
    /** Whether credentials were given; the mock does not store them. */
    has_credentials: attribute.boolean({ initial: () => true }),
  },
  nested: ['type', 'url', 'credentials', 'state', 'date_created'],
  filters: ['state'],
  display: {
    columns: ['url', 'type', 'date_created'],
    label: 'url',
    tones,
    hint: 'Make one with POST /configs/storage; without one the organisation is unconfigured.',
  },
})
export interface StorageConfig extends RecordOf<typeof storage_config> {}

export const webhook_config = resource({
  ...config,
  path: '/configs/webhook',
  description: 'A URL that events are sent to',
  shape: {
    organisation: attribute.id('organisation'),
    url: attribute.text({ initial: () => 'https://example.com/webhooks' }),
    secret: attribute.text({
      isSecret: true,
      initial: ({ text }) => text(32),
      description: 'The key of the signatures of deliveries.',
    }),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
  },
  hidden: {},
  nested: ['url', 'secret', 'state', 'date_created'],
  filters: ['state'],
  display: {
    columns: ['url', 'date_created'],
    label: 'url',
    tones,
    hint: 'Make one with POST /configs/webhook.',
  },
})
export interface WebhookConfig extends RecordOf<typeof webhook_config> {}
export type ConfigState = StorageConfig['state']
