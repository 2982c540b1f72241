import * as z from 'zod'
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
  freeze: z.literal(true, { error: 'must be true' }).optional(),
  speed: z.number({ error: 'must be a positive number' }).positive({ error: 'must be a positive number' }).optional(),
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
  const given = Object.keys(move) as (keyof ClockMove)[]
  const [name, ...others] = given
  if (!name || others.length > 0) {
    const names = name ? given : (['advance'] as const)
    throw invalidParameter({ [names.join('+')]: ['give exactly one of advance, set, freeze and speed'] })
  }
  const moves: { [Name in keyof Required<ClockMove>]: () => Promise<readonly HappeningView[]> | undefined } = {
    advance: () => (move.advance === 'next' ? clock.advanceToNext() : clock.advance(move.advance as '1s')),
    set: () => clock.set(move.set as string),
    freeze: () => void clock.freeze(),
    speed: () => void clock.run({ speed: move.speed as number }),
  }
  try {
    return (await moves[name]()) ?? []
  } catch (error) {
    throw invalidParameter({ [name]: [(error as Error).message.replace(/\.$/, '')] })
  }
}
