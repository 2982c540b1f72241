import { UsageError } from '../engine/errors.ts'
import { formatInstant, type Instant } from '../engine/time/instant.ts'
import { isRecord } from '../engine/values.ts'
import { Bindings } from './bindings.ts'
import { jsonOf, type RecordedCall } from './call.ts'
import { type ComparedApi, type ComparedCall, type ReplayedMock, type Verdict, verdicts } from './compared.ts'
import type { FactCount } from './facts.ts'
import type { Recording } from './read.ts'
import { namesFolder, Replay } from './replay.ts'
import { Routes } from './routes.ts'
import { type CallerIn, recordsIn, type Seen, SeenReader } from './seen.ts'

/** The state of an API before a recording, as a fixture. */
export interface InitialState<Fixture> {
  readonly fixture: Fixture
  /** By the token of calls, that in the fixture. */
  readonly tokens: ReadonlyMap<string | undefined, string>
  /** What is assumed because no call tells it. */
  readonly notes: readonly string[]
}

/** What a comparison needs of an API. */
export interface RecordedApi<Fixture> extends ComparedApi {
  readonly version: string
  readonly callerIn: CallerIn
  initialState(seen: Seen): InitialState<Fixture>
}

/** What a comparison found in all. */
export interface Summary {
  readonly counts: Readonly<Record<Verdict, number>>
  readonly facts: readonly FactCount[]
  readonly notes: readonly string[]
  /** Excuses that nothing was found for. */
  readonly unusedExcuses: readonly string[]
}

/** How far the clocks of recorder and server may differ from one call to the next, in microseconds. */
const tolerance = 2e6

/** When each call came, by the clock of the server if its answers tell. */
export function serverTimes(calls: readonly RecordedCall[]): { readonly times: Instant[]; readonly jumps: number } {
  let [offset, jumps, isKnown] = [0, 0, false]
  const times = calls.map(({ at, serverTime }) => {
    if (serverTime === undefined) return at + offset
    if (Math.abs(serverTime - (at + offset)) > tolerance) {
      if (isKnown) jumps++
      offset = serverTime - at
    }
    isKnown = true
    return at + offset
  })
  return { times, jumps }
}

/** What a recording shows of the state before it. */
export function seenIn<Fixture>({ calls }: Recording, api: RecordedApi<Fixture>): Seen {
  const [start = 0] = serverTimes(calls).times
  const routes = new Routes(api.routes, api.definitions)
  return new SeenReader(api.definitions, routes, api.callerIn, api.token).read(calls, Math.floor(start / 1e6) * 1e6)
}

/**
 * Plays a recording against a mock in the state before it.
 *
 * @param makeMock makes a mock with this state, whose clock is frozen at this instant, and in which configs may name any local folder if there is one
 * @param excuses what is known to differ: IDs of facts, or calls and paths such as `GET /users data[].state`
 * @param each receives each call once it is compared
 * @throws UsageError where nothing could be compared
 */
export async function compareRecording<Fixture>(
  recording: Recording,
  api: RecordedApi<Fixture>,
  makeMock: (fixture: Fixture, start: string, hasFolder: boolean) => ReplayedMock | Promise<ReplayedMock>,
  excuses: readonly string[],
  each: (call: ComparedCall) => void,
): Promise<Summary> {
  const { calls } = recording
  const { times, jumps } = serverTimes(calls)
  const seen = seenIn(recording, api)
  const { fixture, tokens, notes } = api.initialState(seen)
  const bindings = new Bindings()
  for (const [name, body] of recordsIn(api.definitions, Object.values(fixture as object)))
    bindings.bind(name, body.id, body.id)
  const hasFolder = calls.some(
    ({ status, body, answer }) => status < 300 && (namesFolder(jsonOf(body)) || namesFolder(jsonOf(answer))),
  )
  const mock = await makeMock(fixture, formatInstant(times[0] ?? 0), hasFolder)
  const replay = new Replay(api, new Routes(api.routes, api.definitions), mock, bindings, tokens, excuses, hasFolder)
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>
  for await (const compared of replay.play(calls, times)) {
    counts[compared.verdict]++
    each(compared)
  }
  if (counts.agrees + counts.contradicts + counts.excused === 0)
    throw new UsageError('Nothing could be compared: each call was skipped, redacted or is not offered by the mock.')
  return {
    counts,
    facts: replay.judge.facts.counts(),
    notes: [
      ...recording.notes,
      ...versionNotes(calls, api.version),
      ...(jumps > 0
        ? [`jumps of the server's clock against the recorder's: ${jumps}; the mock's clock followed, except back`]
        : []),
      ...notes,
    ],
    unusedExcuses: excuses.filter((excuse) => !replay.judge.used.has(excuse)),
  }
}

/** Other versions of the API that answers name. */
function versionNotes(calls: readonly RecordedCall[], version: string): string[] {
  const others = new Set<string>()
  for (const { answer } of calls) {
    const json = jsonOf(answer)
    const found = isRecord(json) ? json.api_version : undefined
    if (typeof found === 'string' && found !== version && /^[\w.-]{1,20}$/.test(found)) others.add(found)
  }
  return Array.from(others, (other) => `the recording is of the API's version ${other}; the mock is of ${version}`)
}
