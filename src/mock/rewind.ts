import { UsageError } from '../engine/errors.ts'
import { isSameAnswer, type Journal } from '../engine/journal.ts'
import { RecordedTime } from '../engine/time/clock.ts'
import type { MockTypes } from './api.ts'
import { RecordedPosts, type Replay, type Replayed, replay } from './replay.ts'
import type { MockState, ScenarioHost } from './scenario-host.ts'

/** The parts of a mock that go back in time. */
export interface Rewound<A extends MockTypes> extends Replayed<A['api']> {
  readonly host: ScenarioHost<A>
  readonly journal: Journal
  /** Resolves once it answers calls. */
  whenReady(): Promise<void>
  /** Makes a mock with the same options that starts with a saved state, to replay what followed. */
  copy(base: MockState<A>, replay: Replay): Rewound<A>
  end(): void
}

/** The state before a call: a copy of the world starts with the last saved state before it, and replays what followed. */
export async function stateBefore<A extends MockTypes>(
  { world, journal, copy }: Rewound<A>,
  request: number,
): Promise<MockState<A>> {
  const before = world.recorder.before(request, journal.lastId)
  const base = before.base as MockState<A>
  const noted = journal.noted()
  const replaying: Replay = {
    time: new RecordedTime(before.inputs[0]?.real ?? world.clock.real),
    posts: new RecordedPosts(),
    ids: new WeakMap(),
    isRight: ({ id, with: { method } }, answer) => {
      const before = noted.get(id)
      return before === undefined || isSameAnswer(before, method, answer)
    },
  }
  const mock = copy(base, replaying)
  try {
    await mock.whenReady()
    const difference = await replay(mock, replaying, before.inputs)
    if (difference !== undefined) throw new UsageError(`Failed to rewind to request ${request}: ${difference}`)
    return { ...base, state: mock.host.save().state }
  } finally {
    mock.end()
  }
}
