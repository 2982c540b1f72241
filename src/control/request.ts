import { ok } from '../engine/http/router.ts'
import { RequestQuery, Verification } from './request-schema.ts'
import { readSearch, route } from './route.ts'

export const requestRoutes = [
  route({
    method: 'GET',
    path: '/_mock/requests',
    operation: 'listRequests',
    summary: 'The journal: the last calls of the API, the oldest first; `?method=`, `?path=`, `?status=`, `?limit=`',
    query: RequestQuery.shape,
    answers: { 200: 'requests' },
    handle: (call) => {
      const { requests } = call.mock
      return ok({ requests: requests.list(readSearch(RequestQuery, call)), total_count: requests.count })
    },
  }),
  route({
    method: 'DELETE',
    path: '/_mock/requests',
    operation: 'clearRequests',
    summary: 'Empty the journal',
    answers: { 200: 'requests' },
    handle: ({ mock }) => {
      mock.requests.clear()
      return ok({ requests: [], total_count: 0 })
    },
  }),
  route({
    method: 'POST',
    path: '/_mock/requests/verify',
    operation: 'verifyRequests',
    summary: 'Whether calls came as they should: 409 with the nearest misses if not',
    body: Verification,
    examples: { never: { method: 'DELETE', path: '/sessions/*', count: 0 } },
    answers: { 200: 'verified' },
    errors: ['verification-failed'],
    handle: ({ mock, body }) => {
      const requests = mock.requests.verify(body)
      return ok({ count: requests.length, requests })
    },
  }),
]
