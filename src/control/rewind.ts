import * as z from 'zod'
import { created, ok } from '../engine/http/route.ts'
import type { ClockControl } from './clock.ts'
import { type Public, routeWith } from './routing.ts'
import { type ShownMock, showWorld } from './worlds.ts'

const Rewind = z.strictObject({
  /** The ID of a call in the journal. */
  request: z.int({ error: 'must be the ID of a request in the journal' }).positive(),
  fork: z.boolean().optional(),
})

const route = routeWith<{
  readonly clock: Public<ClockControl>
  rewind(request: number): Promise<void>
  fork(request: number): Promise<ShownMock & { readonly id: string | null }>
}>()

export const rewindRoutes = [
  route({
    method: 'POST',
    path: '/_mock/rewind',
    operation: 'rewind',
    summary:
      'Go back to the state before a request of the journal: `{"request": 3}`; with `"fork": true` make a world with that state, and leave this one as it is',
    body: Rewind,
    answers: { 200: 'clock', 201: 'world' },
    errors: ['limit-exceeded'],
    handle: async ({ mock, body: { request, fork = false } }) => {
      if (fork) {
        const world = await mock.fork(request)
        return created(showWorld(world.id as string, world))
      }
      await mock.rewind(request)
      return ok(mock.clock.view())
    },
  }),
]
