import { ok } from '../engine/http/router.ts'
import { route } from './route.ts'
import type { Watched } from './watch.ts'

export const stateRoutes = [
  route({
    method: 'GET',
    path: '/_mock/health',
    operation: 'retrieveHealth',
    summary: 'Ready: the first call will be answered',
    answers: { 200: 'health' },
    handle: ({ mock }) => ok({ status: 'ok', now: mock.clock.now(), seed: mock.seed }),
  }),
  route({
    method: 'POST',
    path: '/_mock/reset',
    operation: 'reset',
    summary: 'Exactly the first morning again',
    answers: { 200: 'clock' },
    handle: ({ mock }) => {
      mock.reset()
      return ok(mock.clock.view())
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/state',
    operation: 'retrieveState',
    summary: 'Every record, with what the API hides',
    answers: { 200: 'state' },
    handle: ({ mock }) => ok(mock.state()),
  }),
  route({
    method: 'GET',
    path: '/_mock/records/{resource}/{id}',
    operation: 'retrieveRecord',
    summary: 'One record: as the API shows it, what the API hides, and the actions that its state allows',
    answers: { 200: 'record' },
    handle: ({ mock, params }) => ok(mock.record(params.resource as string, params.id)),
  }),
  route({
    method: 'GET',
    path: '/_mock/events',
    operation: 'listHappenings',
    summary: 'What happened to records since the first morning, the oldest first; the last 5,000 at least',
    answers: { 200: 'history' },
    handle: ({ mock }) => ok({ events: mock.history() }),
  }),
  route({
    method: 'GET',
    path: '/_mock/stream',
    operation: 'watch',
    summary: 'Server-sent events: requests, events, moves of the clock, and what becomes of worlds',
    answers: { 200: 'stream' },
    handle: ({ mock }) => ({
      status: 200,
      stream: (send) => {
        send(written({ kind: 'clock', clock: mock.clock.view(), world: mock.id }))
        return mock.watch((watched) => send(written(watched)))
      },
    }),
  }),
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

/** A server-sent event. */
const written = (watched: Watched) => `event: ${watched.kind}\ndata: ${JSON.stringify(watched)}\n\n`
