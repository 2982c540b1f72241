import * as z from 'zod'
import { integerId, oneOf, text } from '../../engine/fields.ts'
import { alsoRequires, having, ofType } from '../../engine/http/request-rules.ts'
import { created, ok } from '../../engine/http/route.ts'
import { creatableTypes } from '../resources/source.ts'
import { find, findOwn } from '../rules/access.ts'
import { createSource, updateSource } from '../rules/source.ts'
import { answerList, type Call, filters, listRoute, retrieveRoute, route, shown } from './call.ts'

/**
 * Parameters of `POST /sources`, and `source` of `POST /sessions` (documented). `identifier` is optional for a Relay
 * instance, whose identifier the API makes (assumed).
 */
export const NewSource = z
  .object({ user: integerId, type: oneOf(creatableTypes), identifier: text.optional() })
  .refine(({ type, identifier }) => type === 'rirelay.instance' || identifier !== undefined, {
    path: ['identifier'],
    error: 'is required',
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .meta(
    alsoRequires(() => ({
      if: ofType('rirelay.instance'),
      else: { ...having({ identifier: { type: 'string' } }), required: ['identifier'] },
    })),
  )

/** Parameters of `POST /sources/{id}` (documented). */
export const SourceChanges = z.object({ state: oneOf(['active', 'deactivated']).optional() })

const sourceOf = (call: Call) => find(call.world, call.caller, 'source', call.params.id)
const ownSource = (call: Call) => findOwn(call.world, call.caller, 'source', call.params.id)

export const sourceRoutes = [
  route({
    method: 'POST',
    path: '/sources',
    operation: 'createSource',
    evidence: 'observed',
    summary: 'Get (200) or make a source; `POST /sessions` is the normal way',
    body: NewSource,
    examples: { account: { user: 1, type: 'icloud.account', identifier: 'john.appleseed@reincubate.com' } },
    answers: { 200: 'source', 201: 'source' },
    errors: ['missing-scope', 'limit-exceeded'],
    handle: (call) => {
      const { source, isNew } = createSource(call.world, call.caller, call.body)
      return (isNew ? created : ok)(shown(call, 'source', source))
    },
  }),
  listRoute('source', {
    operation: 'listSources',
    summary: 'List sources by user, type, identifier, state and date; super organisations also by organisation',
  }),
  retrieveRoute('source', {
    operation: 'retrieveSource',
    summary: 'One source, with its children',
  }),
  route({
    method: 'POST',
    path: '/sources/{id}',
    operation: 'updateSource',
    evidence: 'documented',
    summary: 'Deactivate or reactivate a source',
    body: SourceChanges,
    examples: { deactivate: { state: 'deactivated' } },
    answers: { 200: 'source' },
    handle: (call) => ok(shown(call, 'source', updateSource(call.world, ownSource(call), call.body.state))),
  }),
  route({
    method: 'GET',
    path: '/sources/{id}/children',
    operation: 'listChildren',
    evidence: 'documented',
    summary: "A source's children, with the filters of `GET /sources`",
    query: filters.source,
    answers: { 200: 'source_list' },
    handle: (call) => {
      const { id } = sourceOf(call)
      const children = { url: `/sources/${id}/children`, where: { parent: [id] } }
      return answerList(call, 'source', children)
    },
  }),
]
