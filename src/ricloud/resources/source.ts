import * as z from 'zod'
import { integerId, oneOf, text } from '../../engine/fields.ts'
import { type Filters, type ListView, showList } from '../../engine/http/list.ts'
import type { ListedView } from '../../engine/http/list-cache.ts'
import type { Viewer } from '../dialect.ts'
import { creatableTypes, type Source, sourceStates, sourceTypes } from './records.ts'

/**
 * Parameters of `POST /sources`, and `source` of `POST /sessions` (documented). A Relay instance's identifier is given
 * by the API, so it may be left out (assumed).
 */
export const NewSource = z
  .object({ user: integerId, type: oneOf(creatableTypes), identifier: text.optional() })
  .refine(({ type, identifier }) => type === 'rirelay.instance' || identifier !== undefined, {
    path: ['identifier'],
    error: 'is required',
    when: ({ value }) => typeof value === 'object' && value !== null,
  })

/** Parameters of `POST /sources/{id}` (documented). */
export const SourceChanges = z.object({ state: oneOf(['active', 'deactivated']).optional() })

/** Filters of `GET /sources` (documented); `organisation` is for super organisations only. */
export const sourceFilters = {
  organisation: integerId,
  user: integerId,
  type: oneOf(sourceTypes),
  identifier: z.string(),
  state: oneOf(sourceStates),
  date_created: 'datetime',
} satisfies Filters

/** A source as the API sends it, its children within (documented since 2020-02-20). */
export interface SourceView {
  readonly id: number
  readonly resource: 'source'
  readonly user: number
  readonly type: Source['type']
  readonly identifier: string
  readonly info: Source['info']
  readonly parent: number | null
  readonly children: ListView<SourceView>
  readonly state: Source['state']
  readonly date_created: string
}

const childless = { data: [], has_more: false, total_count: 0 }

export function showSource(viewer: Viewer, source: Source): SourceView {
  const { id, organisation } = source
  const table = viewer.world.tables.source
  const children = table.has(organisation, 'parent', id)
    ? table.list({ organisations: [organisation], where: { parent: [id] } })
    : childless
  return {
    id: source.id,
    resource: 'source',
    user: source.user,
    type: source.type,
    identifier: source.identifier,
    info: source.info,
    parent: source.parent,
    children: showList(viewer, `/sources/${source.id}/children`, children, showSource),
    state: source.state,
    date_created: source.date_created,
  }
}

/** In lists; one with children shows more than itself. */
export const shownSource: ListedView<Source> = { show: showSource, about: aboutSource }

/** What the view of a source is made of, if that is the source alone. */
export function aboutSource({ world }: Viewer, source: Source): Source | undefined {
  return world.tables.source.has(source.organisation, 'parent', source.id) ? undefined : source
}
