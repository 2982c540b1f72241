import * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import type { Fault as FaultRecord, ListedFault } from '../engine/faults.ts'
import { created, ok } from '../engine/http/route.ts'
import { parseGiven, problemsOf } from '../engine/problems.ts'
import { writeDuration } from '../engine/time/duration.ts'
import type { World } from '../engine/world.ts'
import { describeFault } from '../scenario/describe.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { ScenarioLanguage } from '../scenario/schema.ts'
import type { FaultInput } from '../scenario/types.ts'
import { type Public, parseQuery, routeWith } from './routing.ts'

/** A fault as it was written, and how many calls it struck. */
export interface FaultView {
  /** The fault on one line: `GET /sources/*, first 2: status 503`. */
  readonly fault: string
  readonly on: string
  readonly armed: boolean
  /** Whether it will strike no call any more, although it is armed: its calls or its time are over. */
  readonly spent: boolean
  readonly struck: number
  readonly nth?: number | undefined
  readonly first?: number | undefined
  readonly every?: number | undefined
  readonly probability?: number | undefined
  readonly between?: readonly string[] | undefined
  readonly answer?: { readonly status: number; readonly retry_after?: string | undefined } | undefined
  readonly delay?: string | undefined
  readonly close?: string | undefined
}

/** The scripted faults of a world. */
export class FaultControl<A extends ApiTypes = ApiTypes> {
  readonly #world: World<A>
  readonly #language: ScenarioLanguage<A>

  /** @internal */
  constructor(world: World<A>, language: ScenarioLanguage<A>) {
    this.#world = world
    this.#language = language
  }

  /** Every fault that is or was armed since the initial state, and how many calls it struck. */
  list(): readonly FaultView[] {
    return this.#world.faults.list(this.#world.clock.now()).map(viewOf)
  }

  /** Arms a fault from now on. Throws a ScenarioError that lists every problem with it, and an Error if 1,000 are armed. */
  arm(fault: FaultInput): FaultView {
    const { fault: schema } = this.#language
    const result = parseGiven(schema, fault)
    if (!result.success) throw new ScenarioError('fault', problemsOf(schema, result.error))
    this.#world.recorder.input('arm', fault, () => {
      this.#world.time.runDue()
      this.#world.faults.arm(result.data, this.#world.clock.now())
    })
    return viewOf({ fault: result.data, armed: true, spent: false, struck: 0 })
  }

  /** Disarms all faults, or those armed `on` a call, and returns their number. Throws a ScenarioError if there is no such call. */
  disarm(on?: string): number {
    const result = parseGiven(this.#language.callPattern.optional(), on)
    if (!result.success) {
      const problems = result.error.issues.map(({ message }) => ({ path: ['on'], what: message }))
      throw new ScenarioError('call', problems)
    }
    return this.#world.recorder.input('disarm', on, () => this.#world.faults.disarm(on))
  }
}

const viewOf = ({ fault, armed, spent, struck }: ListedFault): FaultView => ({
  fault: describeFault(fault),
  armed,
  spent,
  struck,
  ...asInput(fault),
})

/** A fault as developers write it, with durations such as `2s` instead of microseconds. */
function asInput({
  between,
  answer,
  delay,
  ...fault
}: FaultRecord): Omit<FaultView, 'fault' | 'armed' | 'spent' | 'struck'> {
  const retry = answer?.retry_after
  return {
    ...fault,
    ...(between && { between: between.map(writeDuration) }),
    ...(answer && {
      answer: { status: answer.status, ...(retry !== undefined && { retry_after: writeDuration(retry) }) },
    }),
    ...(delay !== undefined && { delay: writeDuration(delay) }),
  }
}

const DisarmQuery = z.strictObject({ on: z.string().optional() })

const route = routeWith<{ readonly faults: Public<FaultControl> }>()

export const faultRoutes = [
  route({
    method: 'GET',
    path: '/_mock/faults',
    operation: 'listFaults',
    summary: 'Every fault that is armed, the last 1,000 that were, and how many calls each struck',
    answers: { 200: 'faults' },
    handle: ({ mock }) => ok({ faults: mock.faults.list() }),
  }),
  route({
    method: 'POST',
    path: '/_mock/faults',
    operation: 'armFault',
    summary: 'Arm a fault: `{"on": "GET /users/*", "first": 2, "answer": {"status": 503}}`; answers with it alone',
    body: z.looseObject({}),
    answers: { 201: 'faults' },
    handle: ({ mock, body }) => created({ faults: [mock.faults.arm(body as unknown as FaultInput)] }),
  }),
  route({
    method: 'DELETE',
    path: '/_mock/faults',
    operation: 'disarmFaults',
    summary: 'Disarm all faults, or those `?on=` a call',
    query: DisarmQuery.shape,
    answers: { 200: 'disarmed' },
    handle: (call) => ok({ disarmed: call.mock.faults.disarm(parseQuery(DisarmQuery, call).on) }),
  }),
]
