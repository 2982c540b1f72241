import * as z from 'zod'
import { integerId, publishing, text } from '../../engine/fields.ts'
import { showList } from '../../engine/http/list.ts'
import type { Viewer } from '../dialect.ts'
import type { Organisation, StorageConfig, WebhookConfig } from './records.ts'

/** Parameters of `POST /organisation` (documented). */
export const OrganisationChanges = z.object({
  name: text.optional(),
  storage_config_default: integerId.nullable().optional(),
  webhook_config_default: integerId.nullable().optional(),
  config: publishing.optional(),
})

/** An organisation as the API sends it; `type` is for super organisations only (documented). */
export function showOrganisation(viewer: Viewer, organisation: Organisation) {
  const { storage_config, webhook_config } = viewer.world.tables
  const own = { organisations: [organisation.id] }
  return {
    id: organisation.id,
    resource: 'organisation' as const,
    ...(viewer.isSuper && { type: organisation.type }),
    name: organisation.name,
    slug: organisation.slug,
    api_version: organisation.api_version,
    config: organisation.config,
    permissions: showBasePermissions(viewer, organisation),
    storage_configs: showList(viewer, '/configs/storage', storage_config.list(own), showNestedStorageConfig),
    storage_config_default: organisation.storage_config_default,
    webhook_configs: showList(viewer, '/configs/webhook', webhook_config.list(own), showNestedWebhookConfig),
    webhook_config_default: organisation.webhook_config_default,
    state: organisation.state,
    date_created: organisation.date_created,
  }
}

/** The official client knows the nested permissions by another `resource` than the pages (observed). */
function showBasePermissions({ world, dialect }: Viewer, organisation: Organisation) {
  const permissions = world.tables.permissions.get(organisation.permissions)
  return {
    id: organisation.permissions,
    resource: dialect === 'ricloud-py' ? ('permissions' as const) : ('organisation_permissions' as const),
    identifier: permissions?.identifier ?? 'default',
    scopes: permissions?.scopes ?? {},
    date_created: permissions?.date_created ?? organisation.date_created,
  }
}

/** Credentials are never shown again (documented sample). */
function showNestedStorageConfig(_viewer: Viewer, { id, type, url, state, date_created }: StorageConfig) {
  return { id, resource: 'storage_config' as const, type, url, credentials: {}, state, date_created }
}

function showNestedWebhookConfig(_viewer: Viewer, { id, url, secret, state, date_created }: WebhookConfig) {
  return { id, resource: 'webhook_config' as const, url, secret, state, date_created }
}
