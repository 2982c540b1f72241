import { UsageError } from '../../engine/errors.ts'
import type { Answer } from '../../engine/http/exchange.ts'
import { type Input, isCall } from '../../engine/recorder.ts'
import { messageOf } from '../../engine/thrown.ts'
import type { MockTypes } from '../api.ts'
import type { MockDefinition } from '../definition.ts'
import { ApiMock } from '../mock.ts'
import type { MockOptionsOf } from '../options.ts'
import { digestOf, digestOfState, folderOf, play } from './record-world.ts'
import { type Replay, replayFrom } from './replay.ts'
import { type FileCall, inputsOf, type ReplayFile, version } from './replay-file.ts'

/** A file that was replayed. */
export interface Replayed<A extends MockTypes> {
  readonly mock: ApiMock<A>
  /** What reached it, as it was replayed. */
  readonly inputs: readonly Input[]
  /** What was not as it is in the file, as a sentence. */
  readonly difference: string | undefined
  /** Lets the mock go on: in the time and with the network of this machine. */
  goOn(): void
}

/**
 * Replays a file, until a call if one is given.
 *
 * @param until the ID of a call, which is not made any more
 * @throws an Error if there is no such call, or an option in the file is invalid
 */
export async function replayWorld<A extends MockTypes>(
  definition: MockDefinition<A>,
  file: ReplayFile,
  { until, log }: { readonly until?: number | undefined; readonly log?: MockOptionsOf<A>['log'] } = {},
): Promise<Replayed<A>> {
  const all = inputsOf(file.inputs)
  const inputs = until === undefined ? all : all.slice(0, indexOf(all, until))
  const calls = new Map(file.inputs.flatMap((input) => (input.do === 'call' ? [[input.id, input] as const] : [])))
  const replaying = replayFrom(file.start.began, {
    folder: folderOf(file.start),
    prepare: (call) => {
      const headers = Object.entries(call.with.headers).map(([name, value]) => [name, withToken(String(value))])
      call.with.headers = Object.fromEntries(headers)
    },
    differenceOf: (call, answer) => differenceOf(calls.get(call.id) as FileCall, answer),
  })
  const names = await definition.api.token?.names()
  const { mock, parts } = made(definition, file, replaying, log)
  const { world, host } = parts
  const withToken = (value: string) =>
    value.replace(/^Token <(.{1,100})>$/, (found, name) => {
      const token = names?.named(world, name)
      return token === undefined ? found : `Token ${world.tokenPrefix}${token}`
    })
  let base: unknown
  const begun = () => {
    base = host.save()
  }
  const end = inputs === all ? file.end : (inputs.at(-1) ?? { real: file.start.began, at: world.clock.now() })
  const difference = (await play(parts, { start: file.start, end }, replaying, inputs, begun)) ?? differenceInTheEnd()
  return { mock, inputs, difference, goOn }

  function differenceInTheEnd(): string | undefined {
    if (inputs !== all) return undefined
    if (file.difference !== null) return `when it was written, there was a difference already: ${file.difference}`
    if (file.end.state === null || file.end.state === digestOfState(parts)) return undefined
    return 'the answers are the same, but in the end the records or the clock are not.'
  }

  function goOn(): void {
    const { frozen, speed } = world.clock
    const now = world.clock.now()
    if (world.recorder.most > 0) world.recorder.replace(base, inputs)
    replaying.posts.end()
    replaying.time.end()
    world.clock.moveTo(now)
    if (!frozen) world.time.run(speed)
  }
}

function made<A extends MockTypes>(
  definition: MockDefinition<A>,
  { world, options, ricloud_mock: writer }: ReplayFile,
  replaying: Replay,
  log: MockOptionsOf<A>['log'],
) {
  try {
    const own = { ...(options as MockOptionsOf<A>), ...(log && { log }) }
    const mock = ApiMock.replaying(definition, world, own, replaying)
    return { mock, parts: mock.rewound() }
  } catch (error) {
    const by = writer === version ? '' : ` Version ${writer.slice(0, 20)} wrote it.`
    throw new UsageError(`The world of the file cannot be made: ${messageOf(error)}${by}`)
  }
}

function indexOf(inputs: readonly Input[], id: number): number {
  const calls = inputs.filter(isCall)
  const index = inputs.findIndex((input) => isCall(input) && input.id === id)
  if (index >= 0) return index
  const there = calls.length === 0 ? 'there are none' : `there are ${calls[0]?.id} to ${calls.at(-1)?.id}`
  throw new UsageError(`The file has no call ${id}; ${there}.`)
}

function differenceOf({ status, answer: digest }: FileCall, answer: Answer): string | undefined {
  if (status === null) return undefined
  if (status !== answer.status) return `was answered with ${answer.status} instead of ${status}`
  return digest === null || digest === digestOf(answer)
    ? undefined
    : `was answered with ${status} as before, but with another body or other headers`
}
