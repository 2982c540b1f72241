import { showState } from '../../control/state.ts'
import { UsageError } from '../../engine/errors.ts'
import type { Noted } from '../../engine/noted.ts'
import type { Input } from '../../engine/recorder.ts'
import type { Instant } from '../../engine/time/instant.ts'
import { definedIn } from '../../engine/values.ts'
import type { MockTypes } from '../api.ts'
import type { MockOptionsOf } from '../options.ts'
import type { Past } from './past.ts'
import type { ReplayFile } from './replay-file.ts'

/** Everything that happened in a world, as it is known at one moment. */
export interface WholePast<A extends MockTypes> {
  readonly id: string | null
  /** As they were given. */
  readonly options: MockOptionsOf<A>
  readonly start: ReplayFile['start']
  readonly inputs: readonly Input[]
  readonly noted: ReadonlyMap<number, Noted>
  readonly end: { readonly real: Instant; readonly at: Instant }
  /** Its records, secrets hidden. */
  readonly state: object
}

/** Everything that happened until now. Throws an Error if some of it is not known. */
export function wholePast<A extends MockTypes>(
  { world, host, journal, beginning, present }: Past<A>,
  id: string | null,
): WholePast<A> {
  const { recorder, clock, time, localFolder } = world
  const fail = (why: string) => new UsageError(`Failed to record the world: ${why}.`)
  if (!host.isReady) throw fail('its records are still being generated; await mock.ready first')
  if (recorder.most === 0) throw fail('nothing is kept, because the option `journal` is 0')
  if (!beginning) throw fail('it began with the state of another world')
  const inputs = recorder.whole()
  if (!inputs) {
    throw fail('there were so many calls that the first ones are no longer kept; the option `journal` is the limit')
  }
  const unknown = unsavedSnapshot(inputs)
  if (unknown !== undefined) throw fail(`its snapshot "${unknown}" was saved before it was reset or rewound`)
  time.runDue()
  const { times, options, reset, origin, held } = beginning
  const { exposed } = present()
  const known = definedIn({ generated: times.generated, reset, folder: localFolder?.url })
  return {
    id,
    options,
    start: { ...known, began: times.began, origin, held, exposed },
    inputs,
    noted: journal.noted(),
    // Real time matters only to a clock that runs.
    end: clock.hold(() => ({
      real: clock.frozen ? (inputs.at(-1)?.real ?? times.began) : clock.real,
      at: clock.now(),
    })),
    state: showState(world, false),
  }
}

/** The name of a snapshot that is restored, but not saved before that. */
function unsavedSnapshot(inputs: readonly Input[]): string | undefined {
  const saved = new Set<unknown>()
  for (const { do: kind, with: name } of inputs) {
    if (kind === 'snapshot.save') saved.add(name)
    if (kind === 'snapshot.restore' && !saved.has(name)) return String(name)
  }
  return undefined
}
