import * as z from 'zod'
import { type Duration, TimeError } from '../clock.ts'
import { fields } from '../contract/fields.ts'
import type { HappeningView } from '../contract/happening.ts'
import { invalidParameter } from '../errors.ts'
import { ok, type Route } from '../handlers/route.ts'
import type { Controls } from './controls.ts'
import type { TimeControl } from './time.ts'

interface ControlScene {
  readonly mock: Controls
}

function route<Body>(row: Omit<Route<ControlScene, Body>, 'evidence'>): Route<ControlScene> {
  return { ...row, evidence: 'assumed' } as Route<ControlScene>
}

/** One move of the clock. */
const ClockMove = fields({
  advance: z.string({ error: 'must be a duration such as "6h", or "next"' }).optional(),
  set: z.string({ error: 'must be an ISO 8601 datetime' }).optional(),
  freeze: z.literal(true, { error: 'must be true; {"speed": 1} lets the clock run' }).optional(),
  speed: z.number({ error: 'must be a positive number' }).optional(),
})
type ClockMove = z.infer<typeof ClockMove>

const showClock = ({ clock }: Controls, happened?: readonly HappeningView[]) => ({
  now: clock.now(),
  frozen: clock.frozen,
  speed: clock.speed,
  ...(happened && { happened }),
})

/** The control API, under `/_mock`. */
export const controlRoutes = [
  route({
    method: 'GET',
    path: '/_mock/health',
    summary: 'Ready: the first call will be answered',
    handle: ({ mock }) => ok({ status: 'ok', now: mock.clock.now(), seed: mock.seed }),
  }),
  route({
    method: 'GET',
    path: '/_mock/clock',
    summary: 'The virtual clock',
    handle: ({ mock }) => ok(showClock(mock)),
  }),
  route({
    method: 'POST',
    path: '/_mock/clock',
    summary: 'Move, freeze or run the clock; answers with what happened',
    body: ClockMove,
    handle: async ({ mock, body }) => ok(showClock(mock, await moveClock(mock.clock, body))),
  }),
  route({
    method: 'POST',
    path: '/_mock/reset',
    summary: 'Exactly the first morning again',
    handle: ({ mock }) => {
      mock.reset()
      return ok(showClock(mock))
    },
  }),
]

async function moveClock(clock: TimeControl, move: ClockMove): Promise<readonly HappeningView[]> {
  const [name, ...others] = Object.keys(move) as (keyof ClockMove)[]
  if (!name) throw invalidParameter({ advance: ['is required, or one of set, freeze and speed'] })
  if (others.length > 0) throw invalidParameter({ [name]: [`must stand alone, got also ${others.join(', ')}`] })
  const { advance, set, speed } = move
  try {
    if (advance === 'next') return await clock.advanceToNext()
    if (advance !== undefined) return await clock.advance(advance as Duration)
    if (set !== undefined) return await clock.set(set)
    if (speed !== undefined) clock.run({ speed })
    else clock.freeze()
    return []
  } catch (error) {
    if (!(error instanceof TimeError)) throw error
    throw invalidParameter({ [name]: [`cannot be done: ${error.message.replace(/\.$/, '')}`] })
  }
}
