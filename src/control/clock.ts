import * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import type { Cause } from '../engine/cause.ts'
import { type DomainEventView, viewEvent } from '../engine/domain-event.ts'
import { apiErrors, UsageError } from '../engine/errors.ts'
import { durationError } from '../engine/fields.ts'
import { ok } from '../engine/http/route.ts'
import { shown } from '../engine/messages.ts'
import { requireOptions } from '../engine/options.ts'
import { fastest } from '../engine/time/clock.ts'
import { type Duration, parseDuration } from '../engine/time/duration.ts'
import { formatInstant, latestInstant, readInstant, TimeError } from '../engine/time/instant.ts'
import type { DomainEvent, World } from '../engine/world.ts'
import { limitParameter, type Public, parseQuery, routeWith } from './routing.ts'
import { WatchedPromise } from './watched-promise.ts'

/** How many moves that nothing awaited are remembered. */
const mostMoves = 10

/** The clock as the control API shows it. */
export interface ClockView {
  /** ISO 8601, microseconds, UTC. */
  readonly now: string
  readonly frozen: boolean
  /** Virtual seconds for each real one. */
  readonly speed: number
}

/** Something that will happen unless its record changes state first. */
export interface Upcoming {
  /** ISO 8601, microseconds, UTC. */
  readonly at: string
  /** A resource and a verb, such as `session.expire`; `scenario.step` for a step. */
  readonly action: string
  /** Of the record (of the task, for a test), or the index of the step. */
  readonly id: string | number
  /** The call, step or action that scheduled it, if one did. */
  readonly cause?: Cause | undefined
}

/** How many events a move returns, so that memory is bounded. */
const maxEvents = 10_000

/** The clock of a mock: sessions, rotations, trial keys, headers and everything else with a time in it follow it. */
export class ClockControl<A extends ApiTypes = ApiTypes> {
  readonly #world: World<A>
  /** The last moves of the clock. */
  #moves: { readonly generation: number; readonly name: string; readonly end: WatchedPromise<unknown> }[] = []

  constructor(world: World<A>) {
    this.#world = world
  }

  /** @internal The moves since the last reset that nothing awaited, as they were called. */
  get unawaited(): readonly string[] {
    const { generation } = this.#world.time
    return this.#moves.flatMap(({ name, end, ...move }) =>
      move.generation === generation && !end.isAwaited ? name : [],
    )
  }

  /** The virtual instant, as the API writes it: `2020-02-20T12:00:00.000000Z`. */
  now(): string {
    return formatInstant(this.#world.clock.now())
  }

  get frozen(): boolean {
    return this.#world.clock.frozen
  }

  /** Virtual seconds for each real one, while the clock runs. */
  get speed(): number {
    return this.#world.clock.speed
  }

  /** `now`, `frozen` and `speed` in one object. */
  view(): ClockView {
    return { now: this.now(), frozen: this.frozen, speed: this.speed }
  }

  /** Freezes the clock at the present instant; only `advance`, `set` and `advanceToNext` move it then. */
  freeze(): void {
    this.#world.recorder.input('freeze', undefined, () => this.#world.time.freeze())
  }

  /** Lets the clock run on from the present instant. Throws an Error unless `speed` is a positive number. */
  run(options: { speed?: number } = {}): void {
    const { speed = 1 } = requireOptions(options, 'run the clock')
    if (!Number.isFinite(speed) || speed <= 0 || speed > fastest)
      throw new TimeError(`speed must be above 0 and at most ${fastest}, got ${shown(speed)}.`)
    this.#world.recorder.input('run', { speed }, () => this.#world.time.run(speed))
  }

  /**
   * Moves time forward by a duration such as `6h`, and resolves to the events on the way, in order, each at its own
   * instant; to the first 10,000 of them at most. A long move yields to the event loop: other calls then see the instant
   * that it has reached. Waits for webhooks that are sent on the way, 10 s at most for each. Throws an Error if the duration cannot
   * be read.
   */
  advance(duration: Duration): Promise<readonly DomainEventView[]> {
    return this.#move({ advance: duration }, `clock.advance(${shown(duration)})`, () => {
      const length = parseDuration(duration)
      return (now) => now + length
    })
  }

  /** Moves time forward to an instant, as `advance` does. Throws an Error if it lies in the past or cannot be read. */
  set(instant: string | Date): Promise<readonly DomainEventView[]> {
    return this.#move({ set: instant }, `clock.set(${shown(instant)})`, () => {
      const target = readInstant(instant)
      return (now) => {
        if (target >= now) return target
        throw new TimeError(
          `Time only moves forward: it is ${formatInstant(now)}, and ${formatInstant(target)} lies before that.`,
        )
      }
    })
  }

  /** Moves time forward to the next due work and runs it; does not move time if there is none. */
  advanceToNext(): Promise<readonly DomainEventView[]> {
    return this.#move(
      { advance: 'next' },
      'clock.advanceToNext()',
      () => (now) => this.#world.time.upcoming().next().value?.at ?? now,
    )
  }

  /** What will happen, soonest first; all of it, or the first `limit`. */
  upcoming(options: { readonly limit?: number | undefined } = {}): readonly Upcoming[] {
    const { limit = Infinity } = requireOptions(options, 'list what will happen')
    this.#world.time.runDue()
    const upcoming: Upcoming[] = []
    for (const { at, action, id, cause } of this.#world.time.upcoming()) {
      if (upcoming.length >= limit) break
      upcoming.push({ at: formatInstant(at), action, id, ...(cause && { cause }) })
    }
    return upcoming
  }

  /**
   * Moves time forward, and notes whether the move is awaited.
   *
   * @param change the move for the recording
   * @param name the move as it was called, for messages
   * @param read returns the function that computes the instant to move to, or throws an Error that the promise rejects with
   */
  #move(change: object, name: string, read: () => (now: number) => number): Promise<readonly DomainEventView[]> {
    const { generation } = this.#world.time
    const end = new WatchedPromise(async () => {
      try {
        const events = await this.#advanceTo(read())
        // Recorded at its end, because outcomes of webhooks that it waited for come before that.
        this.#world.recorder.after('clock', change)
        return events
      } catch (error) {
        throw generation === this.#world.time.generation ? error : apiErrors.moveWasReset(name)
      }
    })
    this.#moves = [...this.#moves.filter((move) => !move.end.isAwaited), { generation, name, end }].slice(-mostMoves)
    return end
  }

  /** @param target computes the instant to move to, once all work that is due already has run */
  async #advanceTo(target: (now: number) => number): Promise<readonly DomainEventView[]> {
    const events: DomainEventView[] = []
    let count = 0
    const add = (event: DomainEvent<A>) => {
      if (++count <= maxEvents) events.push(viewEvent(this.#world, event))
    }
    let stop = () => {}
    try {
      await this.#world.time.advanceTo(
        (now) => {
          const instant = target(now)
          if (instant > latestInstant) throw new TimeError(`Time ends at ${formatInstant(latestInstant)}.`)
          return instant
        },
        () => {
          stop = this.#world.events.on(add)
        },
      )
    } finally {
      stop()
    }
    if (count > maxEvents) {
      this.#world.log(
        'warn',
        `A move of the clock caused ${count} events, and returned the first ${maxEvents} of them.`,
      )
    }
    return events
  }
}

/** Exactly one of these is given. */
const ClockChange = z.strictObject({
  advance: z.string({ error: durationError('a duration such as "6h", or "next"') }).optional(),
  set: z.string({ error: 'must be an ISO 8601 datetime' }).optional(),
  freeze: z.literal(true, { error: 'must be true; {"speed": 1} lets the clock run' }).optional(),
  speed: z.number({ error: 'must be a positive number' }).optional(),
})
type ClockChange = z.infer<typeof ClockChange>

const UpcomingQuery = z.strictObject({ limit: limitParameter.optional() })

const route = routeWith<{ readonly clock: Public<ClockControl> }>()

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
    body: ClockChange,
    examples: { advance: { advance: '6h' }, next: { advance: 'next' }, freeze: { freeze: true }, speed: { speed: 60 } },
    answers: { 200: 'clock_change' },
    // A move answers with what was due before, too.
    waitsFor: 'records',
    handle: async ({ mock: { clock }, body }) => {
      const happened = await changeClock(clock, body)
      return ok({ ...clock.view(), happened })
    },
  }),
  route({
    method: 'GET',
    path: '/_mock/upcoming',
    operation: 'listUpcoming',
    summary: 'What will happen, and when, the soonest first; `?limit=`',
    query: UpcomingQuery.shape,
    answers: { 200: 'upcoming' },
    handle: (call) => ok({ upcoming: call.mock.clock.upcoming(parseQuery(UpcomingQuery, call)) }),
  }),
]

async function changeClock(clock: Public<ClockControl>, change: ClockChange): Promise<readonly DomainEventView[]> {
  const [name, ...others] = Object.keys(change) as (keyof ClockChange)[]
  if (!name) throw invalid('advance', 'is required, or one of set, freeze and speed')
  if (others.length > 0) throw invalid(name, `must stand alone, got also ${others.join(', ')}`)
  const { advance, set, speed } = change
  try {
    if (advance === 'next') return await clock.advanceToNext()
    if (advance !== undefined) return await clock.advance(advance as Duration)
    if (set !== undefined) return await clock.set(set)
    if (speed !== undefined) clock.run({ speed })
    else clock.freeze()
    return []
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw invalid(name, `cannot be done: ${error.message.replace(/\.$/, '')}`)
  }
}

const invalid = (name: string, problem: string) =>
  new UsageError(`${name} ${problem}.`, [{ path: [name], what: problem }])
