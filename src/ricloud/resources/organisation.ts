import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { givenId } from '../../engine/fields.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'
import { givenDatetime, sentDatetime } from '../../engine/schemas.ts'
import { scopes } from './permissions.ts'

/** Documented states. It is `active` with a valid storage config (documented); that it becomes `unconfigured` again is assumed. */
const lifecycle = {
  unconfigured: { configure: 'active', deactivate: 'deactivated', block: 'blocked' },
  active: { unconfigure: 'unconfigured', deactivate: 'deactivated', block: 'blocked' },
  deactivated: { reactivate: ['active', 'unconfigured'], block: 'blocked' },
  blocked: { reactivate: ['active', 'unconfigured'] },
} as const

const basePermissions = (id: z.ZodType, datetime: z.ZodType) =>
  z.strictObject({
    id,
    resource: z.enum(['organisation_permissions', 'permissions']).describe('`permissions` for the official client.'),
    identifier: z.string(),
    scopes: scopes(),
    date_created: datetime,
  })

const config = () => z.strictObject({ publish_source_files: z.boolean() })

export const organisation = resource({
  id: 'integer',
  path: '/organisation',
  description: 'The owner of all other records',
  lifecycle,
  fixtures: 'organisations',
  shape: {
    type: attribute.choice(['standard', 'super'], {
      isOptional: true,
      description: 'Shown to super organisations only.',
    }),
    name: attribute.text({ initial: () => 'Organisation' }),
    slug: attribute.text({ initial: () => 'organisation', description: 'Made from the first name; never changes.' }),
    api_version: attribute.text({ initial: () => '2020-02-20' }),
    /** The sample of the pages lacks it, so that a fixture may too. */
    config: attribute.json<{ readonly publish_source_files: boolean }>(config, {
      initial: () => ({ publish_source_files: false }),
      given: () => config().optional(),
    }),
    /** The record holds the ID of the base permissions. */
    permissions: attribute.json<number>(() => basePermissions(z.int().positive(), sentDatetime()), {
      initial: () => 1,
      component: 'base_permissions',
      given: () => basePermissions(givenId(), givenDatetime()),
    }),
    storage_configs: attribute.list('storage_config', { isShort: true }),
    storage_config_default: attribute.nullable(attribute.id('storage_config')),
    webhook_configs: attribute.list('webhook_config', { isShort: true }),
    webhook_config_default: attribute.nullable(attribute.id('webhook_config')),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
  },
  hidden: {},
  filters: [],
  display: {
    position: 5,
    columns: ['name', 'type', 'api_version', 'date_created'],
    label: 'name',
    shortTitle: 'Org.',
    tones: { unconfigured: 'wait', active: 'good', deactivated: 'over', blocked: 'bad' },
    hint: 'Reset the world, or load a scenario.',
  },
})
export interface Organisation extends RecordOf<typeof organisation> {}
export type OrganisationState = Organisation['state']
