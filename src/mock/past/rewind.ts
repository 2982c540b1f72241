import { UsageError } from '../../engine/errors.ts'
import type { Journal } from '../../engine/journal.ts'
import { isSameAnswer } from '../../engine/noted.ts'
import { isCall, type Recorder, type Segment } from '../../engine/recorder.ts'
import type { RecordedTime } from '../../engine/time/clock.ts'
import type { MockTypes } from '../api.ts'
import type { MockState, ScenarioHost } from '../scenario-host.ts'
import { type Replay, type Replayed, replay, replayFrom } from './replay.ts'
import type { ReplayFile } from './replay-file.ts'

/** The parts of a mock that go back in time. */
export interface Rewound<A extends MockTypes> extends Replayed<A['api']> {
  readonly host: ScenarioHost<A>
  readonly journal: Journal
  /** Resolves once it answers calls. */
  whenReady(): Promise<void>
  /** Begins as the world of a file did, which may have been reset at its beginning. */
  begin(start: ReplayFile['start'], time: RecordedTime): void
  /** Makes a mock with the same options that starts with a saved state, to replay what followed. */
  copy(base: MockState<A>, replay: Replay): Rewound<A>
  end(): void
}

/** The state before a call: a copy of the world starts with the last saved state before it, and replays what followed. */
export async function stateBefore<A extends MockTypes>(
  { world, journal, copy }: Rewound<A>,
  request: number,
): Promise<MockState<A>> {
  const before = recordedBefore(world.recorder, request, journal.lastId)
  const base = before.base as MockState<A>
  const noted = journal.noted()
  const replaying = replayFrom(before.inputs[0]?.real ?? world.clock.real, {
    differenceOf: ({ id, with: { method } }, answer) => {
      const before = noted.get(id)
      if (before === undefined || isSameAnswer(before, method, answer)) return undefined
      return 'was answered otherwise when it was replayed'
    },
  })
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

/** The last saved state before a call, and the inputs after that. Throws an Error if the call is not recorded. */
function recordedBefore(recorder: Recorder<unknown>, request: number, last: number): Omit<Segment<unknown>, 'length'> {
  const { index, end } = recorder.find(request)
  const segment = recorder.segments[index]
  if (segment?.base !== undefined) return { base: segment.base, inputs: segment.inputs.slice(0, end) }
  const why = whyUnknown(recorder, request, last)
  throw new UsageError(`Failed to rewind: ${why}.`, [{ path: ['request'], what: `cannot be rewound to: ${why}` }])
}

function whyUnknown(recorder: Recorder<unknown>, request: number, last: number): string {
  const ids = recorder.segments
    .flatMap(({ base, inputs }) => (base === undefined ? [] : inputs))
    .flatMap((input) => (isCall(input) && !recorder.isForgotten(input) ? [input.id] : []))
  const [first, end] = [Math.min(...ids), Math.max(...ids)]
  if (ids.length === 0) return last === 0 ? 'no call came' : 'no call is recorded'
  if (request > last) return `there is no request ${request}: the last one is ${last}`
  return request < first
    ? `request ${request} lies before ${first}, the first one that is still recorded`
    : `request ${request} is not recorded, as those from ${first} to ${end} are`
}
