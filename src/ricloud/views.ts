import { readBucketUrl } from '../engine/buckets.ts'
import { maximumLimit, shownList } from '../engine/http/list.ts'
import { signedUrl } from '../engine/signed-url.ts'
import type { Page } from '../engine/store/query.ts'
import type { Table } from '../engine/store/table.ts'
import { formatInstant } from '../engine/time/instant.ts'
import type { Sent } from '../engine/view.ts'
import type { Records, Result, Task } from './resources/index.ts'
import { type InitError, initErrors } from './resources/session.ts'
import { type TaskError, taskErrors } from './resources/task.ts'
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

const none = { data: [], has_more: false, total_count: 0 }

const source: ResourceView<'source'> = {
  computed: {
    children: (viewer, { id, organisation }) => {
      const { source: table } = viewer.world.tables
      const children = table.has(organisation, 'parent', id)
        ? table.list({ owners: [organisation], where: { parent: [id] } })
        : none
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

/** The results of a poll or task, whatever their state (assumed), and the tasks of a poll. */
interface Parts {
  readonly results: Page<Result>
  /** By state, in order of creation (assumed). */
  readonly tasks: { readonly [State in Task['state']]?: readonly Task[] }
  /** Whether none of the results has a signed URL, which expires. */
  readonly isTimeless: boolean
}

function partsOf({ world }: Viewer, of: 'poll' | 'task', record: Records['poll'] | Task): Parts {
  const { result, task, [of]: table } = world.tables
  return (table as Table<typeof record>).partsOf(record, () => {
    const { id, organisation } = record
    const data = result.having(organisation, of, id).toReversed()
    const tasks: { [State in Task['state']]?: Task[] } = {}
    if (of === 'poll') for (const one of task.having(organisation, of, id)) (tasks[one.state] ??= []).push(one)
    const isTimeless = data.every(({ signed_until }) => signed_until === null)
    return { results: { data, has_more: false, total_count: data.length }, tasks, isTimeless }
  })
}

const resultsOf = (of: 'poll' | 'task') => (viewer: Viewer, record: Records['poll'] | Task) =>
  shownList(viewer, '/results', partsOf(viewer, of, record).results, (one) =>
    viewer.world.views.show(viewer, 'result', one),
  )

/** What the view of a poll or task is made of, which is replaced with any of it; undefined if it changes with time. */
const madeOfParts = (of: 'poll' | 'task') => (viewer: Viewer, record: Records['poll'] | Task) => {
  const parts = partsOf(viewer, of, record)
  return parts.isTimeless ? parts : undefined
}

const tasksOf = (viewer: Viewer, poll: Records['poll'], state: Task['state']) =>
  partsOf(viewer, 'poll', poll).tasks[state] ?? []

const tasksIn = (state: Task['state']) => (viewer: Viewer, poll: Records['poll']) =>
  tasksOf(viewer, poll, state).map(({ id }) => id)

/** The errors of the tasks of a poll, as a list that no dialect tags: the official client has no class for them (observed). */
export function errorsOf(viewer: Viewer, poll: Records['poll']) {
  const data = tasksOf(viewer, poll, 'failed').map(({ id: task, error }) => {
    return { resource: 'error', task, error, message: taskErrors[error as TaskError] }
  })
  return { data, has_more: false, total_count: data.length, url: `/polls/${poll.id}/errors` }
}

const subscription: ResourceView<'subscription'> = { computed: { org: (_, { organisation }) => organisation } }

const poll: ResourceView<'poll'> = {
  computed: {
    tasks_pending: tasksIn('pending'),
    tasks_processing: tasksIn('processing'),
    tasks_succeeded: tasksIn('succeeded'),
    tasks_failed: tasksIn('failed'),
    tasks_suspended: tasksIn('suspended'),
    results: resultsOf('poll'),
    errors: errorsOf,
  },
  madeOf: madeOfParts('poll'),
}

const result: ResourceView<'result'> = {
  computed: {
    signed_url: ({ world }, { url, signed_until }) => {
      if (signed_until === null || signed_until <= formatInstant(world.clock.now())) return null
      const place = readBucketUrl(url)
      return place ? { url: signedUrl(world, place, signed_until), date_expires: signed_until } : null
    },
  },
  madeOf: (_, record) => (record.signed_until === null ? record : undefined),
}

const task: ResourceView<'task'> = {
  computed: {
    results: resultsOf('task'),
    /** As in a session: the pages have one error for every failed initialisation. */
    error: ({ dialect }, { error }) =>
      dialect === 'documented' && initErrors.includes(error as InitError) ? 'init_failed' : error,
  },
  madeOf: madeOfParts('task'),
}

/** A view in the documented dialect as the official client needs it: see `organisation.permissions` and `errorsOf` (observed). */
function tagged(view: unknown): unknown {
  if (Array.isArray(view)) return view.map(tagged)
  if (typeof view !== 'object' || view === null) return view
  const inner = Object.entries(view).map(([name, value]) => {
    if (name === 'resource' && value === 'organisation_permissions') return [name, 'permissions']
    return [name, name === 'errors' ? value : tagged(value)]
  })
  return Object.fromEntries('has_more' in view && !('resource' in view) ? [['resource', 'list'], ...inner] : inner)
}

/** Events are recorded once, whoever reads them. */
const event: ResourceView<'event'> = {
  computed: { data: ({ tagsLists }, { data }) => (tagsLists ? tagged(data) : data) },
}

/** The attributes that are sent in another form than records hold them. */
export const views = { organisation, key, source, session, subscription, poll, result, storage_config, task, event }
