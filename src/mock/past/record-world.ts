import { showState } from '../../control/state.ts'
import { tokenIn } from '../../engine/authorization.ts'
import { UsageError } from '../../engine/errors.ts'
import type { Answer } from '../../engine/http/exchange.ts'
import { pathOf } from '../../engine/http/url.ts'
import { md5 } from '../../engine/md5.ts'
import { redacted } from '../../engine/messages.ts'
import { answeredAs, type Noted, textOf } from '../../engine/noted.ts'
import { type CallInput, type Input, isCall } from '../../engine/recorder.ts'
import { read, write } from '../../engine/serialize.ts'
import { definedIn } from '../../engine/values.ts'
import type { MockTypes, TokenNames } from '../api.ts'
import type { MockDefinition } from '../definition.ts'
import { memoryFolder } from './memory-folder.ts'
import type { Past } from './past.ts'
import { type Replay, replay, replayFrom } from './replay.ts'
import { type FileCall, type FileInput, inputsOf, longestReplay, type ReplayFile, replayText } from './replay-file.ts'
import type { Rewound } from './rewind.ts'
import { StandIns } from './stand-ins.ts'
import { wholePast } from './whole-past.ts'

/** Makes a mock to replay a file. */
export type ReplayMaker<A extends MockTypes> = (
  file: Pick<ReplayFile, 'world' | 'options'>,
  replay: Replay,
) => Rewound<A>

/**
 * The text of the file of a world. Its secrets are replaced by stand-ins, and the result is replayed at once: that tells
 * to which record each token belonged, and what is answered.
 */
export async function recordWorld<A extends MockTypes>(
  definition: MockDefinition<A>,
  recorded: Past<A>,
  id: string | null,
  make: ReplayMaker<A>,
  test: string | null,
): Promise<string> {
  const past = wholePast(recorded, id)
  const { api, scenarios } = definition
  const names = await api.token?.names()
  const standIns = new StandIns([scenarios, api.fixtures.builtIn, ...(api.published ?? [])])
  const { log: _, worlds: _worlds, localStorage: _localStorage, ...options } = past.options
  const begun = {
    world: past.id,
    options: standIns.value(plain({ scenario: 'default', seed: 1, ...definedIn(options) })) as ReplayFile['options'],
    start: past.start,
  }
  const inputs = past.inputs.map((input) => fileInput(input, past.noted, standIns))
  const calls = new Map(past.inputs.filter(isCall).map((call) => [call.id, call]))
  const written = new Map(inputs.flatMap((input) => (input.do === 'call' ? [[input.id, input] as const] : [])))
  let difference: string | null = null
  const replaying = replayFrom(past.start.began, {
    folder: folderOf(past.start),
    prepare: (call) => {
      const sent = calls.get(call.id)?.with.headers ?? {}
      const { headers } = written.get(call.id) as FileCall
      const headerOf = (name: string) => {
        const value = sent[name]?.toString()
        if (value === undefined) return undefined
        const known = name === 'authorization' ? namedToken(mock, names, value, standIns) : undefined
        headers[name] = known?.named ?? standIns.header(name, value)
        return known?.value ?? headers[name]
      }
      call.with.headers = new Proxy({}, { get: (_, name) => headerOf(String(name)) })
    },
    differenceOf: (call, answer) => {
      const file = written.get(call.id) as FileCall
      if (file.status === null) return undefined
      const noted = past.noted.get(call.id)
      file.status = answer.status
      file.answer = digestOf(answer)
      const how = noted && howItDiffers(noted, answer)
      if (how) difference ??= `request ${call.id}, ${call.with.method} ${pathOf(call.with.url)}, ${how}.`
      return undefined
    },
  })
  const mock = make(begun, replaying)
  try {
    const failure = await play(mock, { ...begun, end: past.end }, replaying, inputsOf(inputs))
    const same = failure === undefined && sameState(past.state, redacted(showState(mock.world, true)))
    difference ??= failure ?? (same ? null : 'the records are not the same in the end.')
    const state = failure === undefined ? digestOfState(mock) : null
    const text = replayText({ test, ...begun, end: { ...past.end, state }, difference, inputs })
    if (text.length > longestReplay) throw new UsageError('Failed to record the world: the file would be too long.')
    return text
  } finally {
    mock.end()
  }
}

/** Begins as a file says, and replays its inputs. Resolves to a sentence about the first difference. */
export async function play<A extends MockTypes>(
  mock: Rewound<A>,
  { start, end }: { readonly start: ReplayFile['start']; readonly end: Pick<ReplayFile['end'], 'real' | 'at'> },
  replaying: Replay,
  inputs: readonly Input[],
  onBegin: () => void = () => {},
): Promise<string | undefined> {
  const { time } = replaying
  if (start.generated !== undefined) time.moveTo(start.generated)
  await mock.whenReady()
  mock.begin(start, time)
  onBegin()
  const difference = await replay(mock, replaying, inputs)
  if (difference !== undefined) return difference
  time.moveTo(end.real)
  mock.world.time.follow(end.at)
  return undefined
}

/** In place of the folder that results were written to. */
export const folderOf = ({ folder }: ReplayFile['start']) => (folder === undefined ? undefined : memoryFolder(folder))

/** Compares all records. */
export const digestOfState = <A extends MockTypes>({ world }: Rewound<A>): string =>
  md5(write(showState(world, true)) + JSON.stringify(world.clock.save()))

export const digestOf = ({ status, headers, body, bytes, close }: Answer): string =>
  md5(`${JSON.stringify([status, headers, close ?? null])}${body}${bytes ? md5(bytes) : ''}`)

/** Data that JSON can hold. */
const plain = (value: unknown): unknown => read(write(value))

/** An input as the file has it. */
function fileInput(input: Input, noted: ReadonlyMap<number, Noted>, standIns: StandIns): FileInput {
  const { real, at } = input
  if (isCall(input)) return fileCall(input, noted.get(input.id), standIns)
  if (input.do === 'resume') return { do: 'resume', real, at, call: (input.with as CallInput).id }
  const details = input.with === undefined ? {} : { with: standIns.value(plain(input.with)) }
  return { do: input.do as 'clock', real, at, ...details }
}

function fileCall(
  { id, real, at, waits, isAnswered, with: { method, url, origin, body } }: CallInput,
  noted: Noted | undefined,
  standIns: StandIns,
): FileCall {
  return {
    do: 'call',
    id,
    real,
    at,
    method,
    url: standIns.target(url),
    ...(origin !== undefined && { origin }),
    headers: {},
    ...(body ? { body: standIns.body(body) } : {}),
    ...(body === undefined && { too_long: true }),
    ...(waits && { waits }),
    status: isAnswered ? (noted?.status ?? 0) : null,
    ...(noted && noted.decided_by.length > 0 && { decided_by: [...noted.decided_by] }),
    answer: null,
  }
}

/** The header of a token that a record has or had: as the file names it, and as the replay takes it. */
function namedToken<A extends MockTypes>(
  { world }: Rewound<A>,
  names: TokenNames<A['api']> | undefined,
  value: string,
  standIns: StandIns,
): { readonly named: string; readonly value: string } | undefined {
  const sent = tokenIn(value)
  if (sent === undefined || !sent.startsWith(world.tokenPrefix)) return undefined
  const own = sent.slice(world.tokenPrefix.length)
  const known = standIns.known(own) ?? own
  const name = names?.nameOf(world, known)
  if (name === undefined) return undefined
  return { named: `Token <${name}>`, value: `Token ${world.tokenPrefix}${known}` }
}

/** How an answer differs from the noted one, as far as secrets do not. */
function howItDiffers({ method, status, answer: noted }: Noted, answer: Answer): string | undefined {
  if (status !== answer.status) return `was answered with ${status}, and in a replay with ${answer.status}`
  const other = answeredAs(method, answer)
  if (!noted || !other || textOf(noted).length < noted.length) return undefined
  const same = withoutSecretsIn(textOf(noted)) === withoutSecretsIn(textOf(other))
  return same ? undefined : 'was answered with another body than in a replay'
}

function withoutSecretsIn(body: string): string {
  try {
    return JSON.stringify(redacted(JSON.parse(body)))
  } catch {
    return body
  }
}

const sameState = (one: object, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
