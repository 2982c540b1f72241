import { created, ok } from '../engine/http/router.ts'
import { route } from './route.ts'
import { WorldOptions } from './world-options.ts'
import { showWorld } from './worlds.ts'

export const worldRoutes = [
  route({
    method: 'GET',
    path: '/_mock/worlds',
    operation: 'listWorlds',
    summary: 'The isolated worlds beside the first one',
    answers: { 200: 'worlds' },
    handle: ({ mock }) => ok({ worlds: mock.worlds.list() }),
  }),
  route({
    method: 'POST',
    path: '/_mock/worlds',
    operation: 'createWorld',
    summary:
      'Make one: `{scenario, fixtures, seed, clock, settings, generate, dialect}` or `{snapshot}`; its token alone decides that a call reaches it',
    body: WorldOptions,
    examples: { ofItsOwn: { scenario: 'two-factor', seed: 7 } },
    answers: { 201: 'world' },
    errors: ['limit-exceeded'],
    handle: async ({ mock, body }) => {
      const world = await mock.worlds.create(body as never)
      return created(showWorld(world.id as string, world))
    },
  }),
  route({
    method: 'DELETE',
    path: '/_mock/worlds/{id}',
    operation: 'deleteWorld',
    summary: 'End one',
    answers: { 200: 'worlds' },
    handle: ({ mock, params }) => {
      mock.worlds.delete(params.id)
      return ok({ worlds: mock.worlds.list() })
    },
  }),
]
