import { ok } from '../engine/http/router.ts'
import { routeWith } from './routing.ts'

const route = routeWith<unknown>()

// Only these calls need the documents, so what builds them is not loaded at start.
export const documentRoutes = [
  route({
    method: 'GET',
    path: '/_mock/openapi.json',
    operation: 'describeApi',
    summary: 'The API as OpenAPI 3.1',
    answers: { 200: 'document' },
    handle: async () => ok((await import('./openapi.ts')).openapi()),
  }),
  route({
    method: 'GET',
    path: '/_mock/control.openapi.json',
    operation: 'describeControl',
    summary: 'These calls as OpenAPI 3.1',
    answers: { 200: 'document' },
    handle: async () => ok((await import('./openapi.ts')).controlOpenapi()),
  }),
]
