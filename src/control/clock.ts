import * as z from 'zod'
import type { DomainEventView } from '../engine/domain-event.ts'
import { UsageError } from '../engine/errors.ts'
import { ok } from '../engine/http/router.ts'
import type { Duration } from '../engine/time/clock.ts'
import { route } from './route.ts'
import type { TimeControl } from './time.ts'

/** One move of the clock. */
export const ClockMove = z.strictObject({
  advance: z.string({ error: 'must be a duration such as "6h", or "next"' }).optional(),
  set: z.string({ error: 'must be an ISO 8601 datetime' }).optional(),
  freeze: z.literal(true, { error: 'must be true; {"speed": 1} lets the clock run' }).optional(),
  speed: z.number({ error: 'must be a positive number' }).optional(),
})
type ClockMove = z.infer<typeof ClockMove>

export const clockRoutes = [
  route({
    method: 'GET',
    path: '/_mock/clock',
    operation: 'retrieveClock',
    summary: 'The virtual clock',
    answers: { 200: 'clock' },
    handle: ({ mock }) => ok(mock.clock.view()),
  }),
  route({
    method: 'POST',
    path: '/_mock/clock',
    operation: 'moveClock',
    summary: 'Move, freeze or run the clock; answers with what happened',
    body: ClockMove,
    examples: { advance: { advance: '6h' }, next: { advance: 'next' }, freeze: { freeze: true }, speed: { speed: 60 } },
    answers: { 200: 'moved' },
    handle: async ({ mock: { clock }, body }) => {
      const happened = await moveClock(clock, body)
      return ok({ ...clock.view(), happened })
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/upcoming',
    operation: 'listUpcoming',
    summary: 'What will happen, and when',
    answers: { 200: 'upcoming' },
    handle: ({ mock }) => ok({ upcoming: mock.clock.upcoming() }),
  }),
]

async function moveClock(clock: TimeControl, move: ClockMove): Promise<readonly DomainEventView[]> {
  const [name, ...others] = Object.keys(move) as (keyof ClockMove)[]
  if (!name) throw wrong('advance', 'is required, or one of set, freeze and speed')
  if (others.length > 0) throw wrong(name, `must stand alone, got also ${others.join(', ')}`)
  const { advance, set, speed } = move
  try {
    if (advance === 'next') return await clock.advanceToNext()
    if (advance !== undefined) return await clock.advance(advance as Duration)
    if (set !== undefined) return await clock.set(set)
    if (speed !== undefined) clock.run({ speed })
    else clock.freeze()
    return []
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw wrong(name, `cannot be done: ${error.message.replace(/\.$/, '')}`)
  }
}

const wrong = (name: string, problem: string) => new UsageError(`${name} ${problem}.`, [`${name}: ${problem}`])
