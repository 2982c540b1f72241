import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'

/** Documented states; a source returns to `active` if a session ever succeeded, otherwise to `unvalidated` (assumed). */
const lifecycle = {
  unvalidated: { validate: 'active', lock: 'locked', deactivate: 'deactivated', block: 'blocked' },
  active: { lock: 'locked', deactivate: 'deactivated', block: 'blocked' },
  deactivated: { reactivate: ['active', 'unvalidated'], block: 'blocked' },
  blocked: { reactivate: ['active', 'unvalidated'] },
  locked: { unlock: ['active', 'unvalidated'], block: 'blocked' },
} as const

/** The types that a client can create; only the API creates `rirelay.source` (documented). */
export const creatableTypes = ['icloud.account', 'rirelay.instance', 'mocks.mock'] as const
export const sourceTypes = [...creatableTypes, 'rirelay.source'] as const
export type CreatableType = (typeof creatableTypes)[number]
export type SourceType = (typeof sourceTypes)[number]

export const source = resource({
  id: 'integer',
  path: '/sources',
  description: 'An account or device that holds data',
  lifecycle,
  events: {
    created: undefined,
    'account.password_changed': undefined,
    'device.connected': undefined,
    'device.disconnected': undefined,
  },
  leadsTo: ['user', 'key', 'organisation'],
  owner: 'organisation',
  fixtures: 'sources',
  shape: {
    user: attribute.id('user'),
    type: attribute.choice(sourceTypes),
    identifier: attribute.text({
      isNonEmpty: true,
      initial: ({ text }) => `${text(12)}@example.com`,
      description: 'A user name, or the ID of a Relay instance or device.',
    }),
    info: attribute.nullable(
      attribute.json<Readonly<Record<string, unknown>>>(() => z.record(z.string(), z.unknown()), {
        description: 'The attributes of a device.',
      }),
    ),
    parent: attribute.nullable(attribute.id('source')),
    children: attribute.list('source'),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
  },
  hidden: {
    /** The organisation of its user. */
    organisation: attribute.id('organisation'),
    /** The key that created it. */
    key: attribute.id('key'),
    /** Whether a session ever succeeded. */
    validated: attribute.boolean(),
    /** Whether a device is connected: its subscriptions make polls only then. */
    connected: attribute.boolean({ initial: () => true }),
    /** When the service unlocks it; null for never. */
    locked_until: attribute.nullable(attribute.datetime()),
  },
  filters: ['organisation', 'user', 'type', 'identifier', 'state', 'date_created'],
  lookups: ['key', 'parent'],
  display: {
    position: 2,
    columns: ['identifier', 'type', 'user', 'parent', 'date_created'],
    label: 'identifier',
    tones: { unvalidated: 'wait', active: 'good', deactivated: 'over', blocked: 'bad', locked: 'hold' },
    hint: 'A source is made with the first session that names it, or with POST /sources.',
  },
})
export interface Source extends RecordOf<typeof source> {}
export type SourceState = Source['state']
