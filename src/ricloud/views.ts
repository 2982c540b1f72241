import { maximumLimit, shownList } from '../engine/http/list.ts'
import type { Sent } from '../engine/view.ts'
import type { Records } from './resources/index.ts'
import { type InitError, initErrors } from './resources/session.ts'
import type { ResourceView, Viewer } from './types.ts'

/** The nested list of an organisation's configs, as long as a list can be (assumed). */
function ownConfigs(viewer: Viewer, kind: 'storage_config' | 'webhook_config', url: string, organisation: number) {
  const { tables, views } = viewer.world
  const page = tables[kind].list({ owners: [organisation], limit: maximumLimit })
  return shownList<Records[typeof kind], Sent>(viewer, url, page, (config) => views.showNested(viewer, kind, config))
}

const organisation: ResourceView<'organisation'> = {
  computed: {
    /** For super organisations only (documented). */
    type: ({ isSuper }, { type }) => (isSuper ? type : undefined),
    /** `resource` differs between the pages (documented) and the official client (observed). */
    permissions: ({ world, dialect }, { permissions: id, date_created }) => {
      const base = world.tables.permissions.get(id)
      return {
        id,
        resource: dialect === 'ricloud-py' ? 'permissions' : 'organisation_permissions',
        identifier: base?.identifier ?? 'default',
        scopes: base?.scopes ?? {},
        date_created: base?.date_created ?? date_created,
      }
    },
    storage_configs: (viewer, { id }) => ownConfigs(viewer, 'storage_config', '/configs/storage', id),
    webhook_configs: (viewer, { id }) => ownConfigs(viewer, 'webhook_config', '/configs/webhook', id),
  },
}

const key: ResourceView<'key'> = {
  computed: { token: ({ world }, { token }) => world.tokenPrefix + token },
}

const childless = { data: [], has_more: false, total_count: 0 }

const source: ResourceView<'source'> = {
  computed: {
    children: (viewer, { id, organisation }) => {
      const { source: table } = viewer.world.tables
      const children = table.has(organisation, 'parent', id)
        ? table.list({ owners: [organisation], where: { parent: [id] } })
        : childless
      return shownList(viewer, `/sources/${id}/children`, children, (child) =>
        viewer.world.views.show(viewer, 'source', child),
      )
    },
  },
  madeOf: ({ world }, record) =>
    world.tables.source.has(record.organisation, 'parent', record.id) ? undefined : record,
}

const session: ResourceView<'session'> = {
  computed: {
    source: (viewer, { source: id }) => {
      const found = viewer.world.tables.source.get(id)
      return found ? viewer.world.views.show(viewer, 'source', found) : id
    },
    /** The pages have one error for every failed initialisation (documented), the official client has several (observed). */
    error: ({ dialect }, { state, error }) => (state === 'failed' && dialect === 'documented' ? 'init_failed' : error),
  },
  madeOf: (viewer, record) => {
    const found = viewer.world.tables.source.get(record.source)
    return found && viewer.world.views.madeOf(viewer, 'source', found)
  },
}

/** Credentials are never sent (documented sample). */
const storage_config: ResourceView<'storage_config'> = { computed: { credentials: () => ({}) } }

const task: ResourceView<'task'> = {
  computed: {
    /** As in a session: the pages have one error for every failed initialisation. */
    error: ({ dialect }, { error }) =>
      dialect === 'documented' && initErrors.includes(error as InitError) ? 'init_failed' : error,
  },
}

/** The attributes that are sent in another form than records hold them. */
export const views = { organisation, key, source, session, storage_config, task }
