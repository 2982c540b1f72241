import * as z from 'zod'
import { text } from '../engine/fields.ts'
import { parseQuery, routeWith } from './routing.ts'

const query = z.strictObject({ test: text.optional() })

const route = routeWith<{ replayFile(options: { readonly test?: string | undefined }): Promise<string> }>()

export const replayRoutes = [
  route({
    method: 'GET',
    path: '/_mock/replay',
    operation: 'recordWorld',
    summary: 'What happened since the initial state, without secrets, as a file for `ricloud-mock replay`',
    query: query.shape,
    answers: { 200: 'replay' },
    handle: async (call) => ({ status: 200, json: await call.mock.replayFile(parseQuery(query, call)) }),
  }),
]
