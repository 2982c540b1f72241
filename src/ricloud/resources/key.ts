import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { token } from '../../engine/fields.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'

/** Documented states; no endpoint changes them. */
const lifecycle = {
  active: { deactivate: 'deactivated', block: 'blocked', expire: 'expired' },
  deactivated: { reactivate: 'active', block: 'blocked', expire: 'expired' },
  blocked: { reactivate: 'active', expire: 'expired' },
  expired: {},
} as const

export const key = resource({
  id: 'integer',
  path: '/keys',
  description: 'A token for calls, with its own configs',
  lifecycle,
  events: { created: undefined, rotated: undefined, token_revoked: undefined },
  leadsTo: ['organisation'],
  owner: 'organisation',
  fixtures: 'keys',
  shape: {
    organisation: attribute.id('organisation'),
    type: attribute.choice(['standard', 'trial']),
    config: attribute.json<{ readonly publish_source_files?: boolean }>(
      () => z.strictObject({ publish_source_files: z.boolean().exactOptional() }),
      { initial: () => ({}) },
    ),
    storage_config: attribute.nullable(
      attribute.id('storage_config', { description: "null means the organisation's default." }),
    ),
    webhook_config: attribute.nullable(
      attribute.id('webhook_config', { description: "null means the organisation's default." }),
    ),
    token: attribute.text({ isSecret: true, given: () => token, initial: ({ text }) => text(64) }),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
    date_expires: attribute.nullable(attribute.datetime()),
  },
  hidden: {
    /** Tokens that a rotation replaced and that still work. */
    tokens_in_grace: attribute.json<readonly string[]>(() => z.array(z.string()), { initial: () => [] }),
  },
  filters: ['type', 'state'],
  unique: ['token', 'tokens_in_grace'],
  display: {
    position: 4,
    columns: ['type', 'organisation', 'date_created', 'date_expires'],
    label: 'type',
    tones: { active: 'good', deactivated: 'over', blocked: 'bad', expired: 'over' },
    hint: 'Every organisation has one: reset the world, or load a scenario.',
    timeLine: {
      end: 'date_expires',
      grace: { of: 'old token', begins: 'rotated', ends: 'token_revoked', due: 'revoke_token' },
    },
  },
})
export interface Key extends RecordOf<typeof key> {}
export type KeyState = Key['state']
