import type { SnapshotControl } from '../../control/snapshots.ts'
import type { ApiTypes } from '../../engine/api-types.ts'
import type { Answer, Incoming } from '../../engine/http/exchange.ts'
import { pathOf } from '../../engine/http/url.ts'
import type { LocalFolder } from '../../engine/local-folder.ts'
import type { CallInput, Input } from '../../engine/recorder.ts'
import type { Model, ModelWrite } from '../../engine/store/models.ts'
import { messageOf } from '../../engine/thrown.ts'
import { nextTurn, RecordedTime } from '../../engine/time/clock.ts'
import type { Instant } from '../../engine/time/instant.ts'
import { listAt } from '../../engine/values.ts'
import type { Posted } from '../../engine/webhook.ts'
import type { World } from '../../engine/world.ts'
import type { LoadTimes } from '../scenario-host.ts'

/** The outcome of a webhook as it is recorded, by its URL, which has the ID of the delivery. */
export interface RecordedPost {
  readonly to: string
  readonly posted: Posted
}

/** The network of a replay: webhooks get the outcomes that were recorded. */
export class RecordedPosts {
  readonly #outcomes = new Map<string, Posted[]>()
  readonly #waiting = new Map<string, ((posted: Posted) => void)[]>()

  /** The outcome of a webhook, now or once it is replayed. */
  async post(to: string): Promise<Posted> {
    const known = this.#outcomes.get(to)?.shift()
    if (known) return known
    return new Promise((resolve) => void listAt(this.#waiting, to).push(resolve))
  }

  /** Gives the next webhook to an address its outcome. */
  give({ to, posted }: RecordedPost): void {
    const resolve = this.#waiting.get(to)?.shift()
    if (resolve) resolve(posted)
    else listAt(this.#outcomes, to).push(posted)
  }

  /** Gives webhooks without an outcome one, because the replay is over. */
  end(): void {
    const posted = { status: null, error: 'the replay ended before it was answered' }
    for (const resolve of [...this.#waiting.values()].flat()) resolve(posted)
    this.#waiting.clear()
  }

  /** Whether an outcome waits for its webhook. */
  isAhead(to: string): boolean {
    return (this.#outcomes.get(to)?.length ?? 0) > 0
  }
}

/** The time and the network of a replay, and what its calls and their answers must be. */
export interface Replay {
  readonly time: RecordedTime
  readonly posts: RecordedPosts
  /** In place of a folder of the disk. */
  readonly folder?: LocalFolder | undefined
  /** The IDs of calls in the journal, by what the router gets. */
  readonly ids: WeakMap<Incoming, number>
  /** Called right before a call is made again. */
  prepare?(call: CallInput): void
  /** How an answer differs from the one before, as the end of a sentence: `was answered with 200 instead of 503`. */
  differenceOf(call: CallInput, answer: Answer): string | undefined
}

/** A replay that has not begun. */
export const replayFrom = (began: Instant, calls: Omit<Replay, 'time' | 'posts' | 'ids'>): Replay => ({
  time: new RecordedTime(began),
  posts: new RecordedPosts(),
  ids: new WeakMap(),
  ...calls,
})

/** What a replay needs of its mock. */
export interface Replayed<A extends ApiTypes> {
  readonly world: World<A>
  respond(incoming: Incoming): Answer | Promise<Answer>
  readonly actions: Readonly<Record<string, (options?: object) => unknown>>
  readonly faults: { arm(fault: never): unknown; disarm(on?: string): unknown }
  readonly webhooks: { hold(isHeld: boolean): void; redeliver(id: string): Promise<unknown> }
  readonly snapshots: Pick<SnapshotControl, 'list' | 'save' | 'restore' | 'delete'>
  /** @param onStart called once it has started; its records may be generated after that */
  load(scenario: never, keep: boolean, onStart: () => void): Promise<void>
}

/** A scenario that was loaded. */
export interface RecordedLoad extends LoadTimes {
  readonly scenario: unknown
  readonly keep: boolean
  /** When its records were generated, if they were. */
  readonly generated?: Instant | undefined
}

/** The limit of turns of the event loop in which a webhook gets its outcome, or a call that waited its answer. */
const mostTurns = 1000

/** Replays inputs in a mock. Resolves to a sentence about the first answer that differs from the one before. */
export async function replay<A extends ApiTypes>(
  mock: Replayed<A>,
  { time, posts, ids, prepare, differenceOf }: Replay,
  inputs: readonly Input[],
): Promise<string | undefined> {
  const { world } = mock
  const pending = new Map<CallInput, Promise<void>>()
  const last = new Map(inputs.flatMap((input, i) => (input.do === 'resume' ? [[input.with as CallInput, i]] : [])))
  let difference: string | undefined
  const answer = async (call: CallInput) => {
    prepare?.(call)
    const incoming = incomingOf(call)
    ids.set(incoming, call.id)
    const answer = await mock.respond(incoming)
    const how = differenceOf(call, answer)
    if (how !== undefined) difference ??= `request ${call.id}, ${call.with.method} ${pathOf(call.with.url)}, ${how}.`
  }
  const steps: Readonly<Record<string, (input: Input, index: number) => unknown>> = {
    call: (input) => {
      const call = input as CallInput
      const answered = answer(call)
      pending.set(call, answered)
      return call.isAnswered && !call.waits ? answered : nextTurn()
    },
    resume: ({ with: call }, i) =>
      last.get(call as CallInput) === i ? ended(pending.get(call as CallInput)) : nextTurn(),
    clock: ({ at }) => world.time.advanceTo((now) => Math.max(now, at)),
    freeze: () => world.time.freeze(),
    run: ({ with: details }) => world.time.run((details as { readonly speed: number }).speed),
    action: ({ with: details }) => {
      const { do: name, ...options } = details as { readonly do: string }
      return name in mock.actions ? mock.actions[name]?.(options) : undefined
    },
    arm: ({ with: fault }) => mock.faults.arm(fault as never),
    disarm: ({ with: on }) => mock.faults.disarm(on as string | undefined),
    hold: ({ with: isHeld }) => mock.webhooks.hold(isHeld as boolean),
    redeliver: ({ with: id }) => void mock.webhooks.redeliver(id as string).catch(() => {}),
    webhook: async ({ with: post }) => {
      const { to } = post as RecordedPost
      posts.give(post as RecordedPost)
      for (let turn = 0; turn < mostTurns && posts.isAhead(to) && !world.time.inFlight.isIdle; turn++) await nextTurn()
      await nextTurn()
    },
    write: ({ with: write }) => rewrite(world, write as ModelWrite),
    'snapshot.save': ({ with: name }) => mock.snapshots.save(name as string),
    'snapshot.restore': ({ with: name }) => mock.snapshots.restore(name as string),
    'snapshot.delete': ({ with: name }) => {
      // It may have been saved before the replay begins.
      if (mock.snapshots.list().some((saved) => saved.name === name)) mock.snapshots.delete(name as string)
    },
    load: ({ with: load }) => {
      const { scenario, keep, real, at, generated } = load as RecordedLoad
      time.moveTo(real)
      world.time.follow(at)
      return mock.load(scenario as never, keep, () => {
        if (generated !== undefined) time.moveTo(generated)
      })
    },
  }
  for (const [i, input] of inputs.entries()) {
    time.moveTo(input.real)
    if (input.do !== 'clock' && input.do !== 'load') world.time.follow(input.at)
    try {
      await steps[input.do]?.(input, i)
    } catch (error) {
      difference ??= `input ${i + 1}, "${input.do}", cannot be replayed: ${messageOf(error)}`
    }
    if (difference !== undefined) break
  }
  return difference
}

/** Resolves once work has ended, or the limit of turns is reached. */
async function ended(work: Promise<void> | undefined): Promise<void> {
  let isOver = false
  const watched = work?.finally(() => {
    isOver = true
  })
  for (let turn = 0; turn < mostTurns && !isOver; turn++) await nextTurn()
  if (isOver) await watched
}

/** Repeats a write through a model. */
function rewrite<A extends ApiTypes>({ database }: World<A>, write: ModelWrite): void {
  const model = (database.models as Readonly<Record<string, Model<{ readonly id: string | number }>>>)[write.resource]
  if ('values' in write) model?.create(write.values)
  else if (write.changes) model?.update({ where: { id: { equals: write.id } as never }, data: write.changes })
  else model?.delete({ where: { id: { equals: write.id } as never } })
}

function incomingOf({ with: { body, ...call } }: CallInput): Incoming {
  return {
    ...call,
    header: (name) => call.headers[name]?.toString() ?? null,
    headers: () => call.headers,
    body: async () => body,
  }
}
