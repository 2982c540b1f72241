import type { Resource } from '../../engine/lifecycle.ts'
import type { showStorageConfig, showWebhookConfig } from './config.ts'
import type { showKey } from './key.ts'
import type { showOrganisation } from './organisation.ts'
import type { showSession } from './session.ts'
import type { SourceView } from './source.ts'
import type { showUser } from './user.ts'

type Name<View> = Extract<keyof View, string>

const source = [
  'id',
  'user',
  'type',
  'identifier',
  'parent',
  'state',
  'date_created',
] as const satisfies Name<SourceView>[]

/** The attributes by which a scenario can pick records; those of nested ones with a dot. */
export const attributes: Readonly<Record<Resource, readonly string[]>> = {
  organisation: [
    'id',
    'name',
    'slug',
    'api_version',
    'storage_config_default',
    'webhook_config_default',
    'state',
    'date_created',
  ] satisfies Name<ReturnType<typeof showOrganisation>>[],
  key: [
    'id',
    'organisation',
    'type',
    'storage_config',
    'webhook_config',
    'state',
    'date_created',
    'date_expires',
  ] satisfies Name<ReturnType<typeof showKey>>[],
  user: ['id', 'organisation', 'key', 'identifier', 'state', 'date_created'] satisfies Name<
    ReturnType<typeof showUser>
  >[],
  source,
  storage_config: ['id', 'resource', 'organisation', 'type', 'url', 'state', 'date_created'] satisfies Name<
    ReturnType<typeof showStorageConfig>
  >[],
  webhook_config: ['id', 'resource', 'organisation', 'url', 'state', 'date_created'] satisfies Name<
    ReturnType<typeof showWebhookConfig>
  >[],
  session: [
    ...(['id', 'organisation', 'key', 'user', 'state', 'error', 'date_created', 'date_expired'] satisfies Name<
      ReturnType<typeof showSession>
    >[]),
    ...source.map((name) => `source.${name}`),
  ],
}
