import * as z from 'zod'
import { text } from '../engine/fields.ts'
import { created, ok } from '../engine/http/router.ts'
import { route } from './route.ts'

export const snapshotRoutes = [
  route({
    method: 'GET',
    path: '/_mock/snapshots',
    operation: 'listSnapshots',
    summary: 'The snapshots',
    answers: { 200: 'snapshots' },
    handle: ({ mock }) => ok({ snapshots: mock.snapshots.list() }),
  }),
  route({
    method: 'POST',
    path: '/_mock/snapshots',
    operation: 'saveSnapshot',
    summary: 'Keep the present under a name: records, clock, what is due, scenario, faults, chance',
    body: z.strictObject({ name: text }),
    examples: { save: { name: 'before' } },
    answers: { 201: 'snapshot' },
    handle: ({ mock, body }) => created(mock.snapshots.save(body.name)),
  }),
  route({
    method: 'DELETE',
    path: '/_mock/snapshots/{name}',
    operation: 'deleteSnapshot',
    summary: 'Forget one',
    answers: { 200: 'snapshots' },
    handle: ({ mock, params }) => {
      mock.snapshots.delete(params.name as string)
      return ok({ snapshots: mock.snapshots.list() })
    },
  }),
  route({
    method: 'POST',
    path: '/_mock/snapshots/{name}/restore',
    operation: 'restoreSnapshot',
    summary: 'Go back to one: the same calls then give the same bytes',
    answers: { 200: 'clock' },
    handle: ({ mock, params }) => {
      mock.snapshots.restore(params.name as string)
      return ok(mock.clock.view())
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/snapshots/{a}/diff/{b}',
    operation: 'diffSnapshots',
    summary: 'What differs between two; `now` is the present',
    answers: { 200: 'difference' },
    handle: ({ mock, params }) => ok(mock.snapshots.diff(params.a as string, params.b as string)),
  }),
]
