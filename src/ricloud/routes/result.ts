import * as z from 'zod'
import { text } from '../../engine/fields.ts'
import { shownList } from '../../engine/http/list.ts'
import { ok } from '../../engine/http/route.ts'
import { acknowledge, acknowledgeAll, ownResult } from '../rules/result.ts'
import { answerList, type Call, listRoute, retrieveRoute, route, shown } from './call.ts'

/** Parameters of `POST /results/ack` (assumed; the call is documented). */
export const Acknowledged = z.object({ results: z.array(text).min(1).max(1000) })

const acknowledged = (call: Call) =>
  ok(shown(call, 'result', acknowledge(call.world, ownResult(call.world, call.caller, call.params.id))))

export const resultRoutes = [
  listRoute('result', {
    operation: 'listResults',
    summary:
      'List results that are not consumed or expired, or those of a `state`; also by task, poll, identifier, type and date',
    // Documented for `state`, and that the others are left out.
    handle: (call) => answerList(call, 'result', { defaults: { state: ['available'] } }),
  }),
  retrieveRoute('result', {
    operation: 'retrieveResult',
    summary: 'One result, with the URL of its object',
  }),
  route({
    method: 'POST',
    path: '/results/ack',
    operation: 'acknowledgeResults',
    evidence: 'documented',
    summary: 'Acknowledge several results: all of them, or none where one is unknown or expired',
    body: Acknowledged,
    examples: { one: { results: ['00b6f1e0-8d95-44a8-b245-f8b256feb2bf'] } },
    answers: { 200: 'result_list' },
    handle: (call) => {
      const data = acknowledgeAll(call.world, call.caller, call.body.results)
      const page = { data, has_more: false, total_count: data.length }
      return ok(shownList(call, '/results', page, (one) => shown(call, 'result', one)))
    },
  }),
  route({
    method: 'POST',
    path: '/results/{id}/ack',
    operation: 'acknowledgeResult',
    evidence: 'observed',
    summary: 'Acknowledge a result, which is `consumed` then',
    answers: { 200: 'result' },
    errors: ['invalid-parameter'],
    handle: acknowledged,
  }),
  route({
    method: 'GET',
    path: '/results/{id}/ack',
    operation: 'acknowledgeResultByGet',
    evidence: 'documented',
    deprecated: 'POST /results/{id}/ack',
    summary: 'The same, as older pages and clients call it; deprecated',
    answers: { 200: 'result' },
    errors: ['invalid-parameter'],
    handle: acknowledged,
  }),
]
