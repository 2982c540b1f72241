import { apiUrl, createMock, type Mock, type ScenarioInput } from '../../src/index.ts'
import { startTime } from '../support/api.ts'
import type { Command, Upheaval } from './calls.ts'
import { other } from './concurrency.ts'

/** A mock whose clock is frozen and which hides nothing, with the bugs that it logged. */
export function setup(scenario: ScenarioInput, seed = 1) {
  const bugs: string[] = []
  // A step that could not act is no bug, though nobody may miss it.
  const log = (level: string, message: string) =>
    void (level === 'error' && !message.startsWith('Scenario') && bugs.push(message))
  const mock = createMock({ clock: { start: startTime, frozen: true }, log, scenario, seed, showSecrets: true })
  return { mock, bugs }
}

/** The records of a kind, the oldest first. */
function recordsOf(mock: Mock, noun: string) {
  const records = mock.db[noun as 'user'].getAll()
  return records.sort((a, b) => (a.date_created < b.date_created ? -1 : 1))
}

/** Puts IDs where a text or a value names records. */
export function named(mock: Mock, text: string): string {
  return text.replaceAll(/<(\w+) (\d+)>/g, (_, noun, number) => {
    const records = recordsOf(mock, noun)
    return String(records[Number(number) % (records.length || 1)]?.id ?? 0)
  })
}

const within = <T>(mock: Mock, value: T): T =>
  value === undefined ? value : (JSON.parse(named(mock, JSON.stringify(value))) as T)

/** The tokens that keys have or had, as a client holds them, and one that nobody has. */
export function tokensOf(mock: Mock): string[] {
  const keys = mock.db.key.getAll().sort((a, b) => a.id - b.id)
  const prefix = mock.id === null ? '' : `${mock.id}-`
  const all = [...keys.map(({ token }) => token), ...keys.flatMap((key) => key.tokens_in_grace as string[]), 'nobody']
  return all.map((token) => prefix + token)
}

/** Calls, and tells everything of the answer that reaches a client. */
export async function call(mock: Mock, target: string, token: string, body?: unknown, headers: object = {}) {
  const [method = '', path = ''] = target.split(' ')
  const response = await mock.fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Token ${token}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
}

/** What work came to, or why it could not. */
export async function attempt(work: () => unknown): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    return (error as Error).message
  }
}

/** Lets end what is on its way to a webhook: it takes real time, which no two runs share. */
const quiet = (mock: Mock) => mock.clock.advance('0s')

const upheavals: Readonly<Record<Upheaval, (mock: Mock) => unknown>> = {
  reset: (mock) => mock.reset(),
  save: (mock) => mock.snapshots.save('command'),
  restore: (mock) => attempt(() => mock.snapshots.restore('command')),
  repack: (mock) => mock.unpack(mock.pack() as string),
  load: (mock) => mock.scenario.load(other),
  'load and keep': (mock) => mock.scenario.load(other, { keep: true }),
}

/** Runs one command, and returns its result. */
export async function perform(mock: Mock, command: Command): Promise<unknown> {
  const result = await start(mock, command)
  await quiet(mock)
  return result ?? null
}

function start(mock: Mock, command: Command): unknown {
  if ('call' in command) {
    const tokens = tokensOf(mock)
    const token = tokens[(command.by ?? 0) % tokens.length] as string
    const query = new URLSearchParams(within(mock, command.query ?? {})).toString()
    const target = named(mock, command.call) + (query === '' ? '' : `?${query}`)
    return call(mock, target, token, within(mock, command.body), command.headers)
  }
  if ('act' in command) {
    const where = within(mock, command.where)
    return attempt(() => mock.actions[command.act]({ ...(where && { where }), with: command.with } as never))
  }
  if ('mock' in command) return upheavals[command.mock](mock)
  if ('set' in command) return attempt(() => mock.clock.set(command.set))
  return command.advance === 'next' ? mock.clock.advanceToNext() : mock.clock.advance(command.advance)
}

/** Runs commands one after another; returns their results and the final state as text. */
export async function run(mock: Mock, commands: readonly Command[]): Promise<string> {
  const results: unknown[] = []
  for (const command of commands) results.push(await perform(mock, command))
  return JSON.stringify([...results, ...left(mock)])
}

/** Everything that a world shows of itself; but calls are counted on after a restore, and from 1 in a copy. */
export const left = (mock: Mock): unknown[] => [
  mock.state(),
  mock.buckets.list(),
  mock.clock.view(),
  mock.clock.upcoming().map(withoutCall),
  mock.scenario.report(),
  mock.faults.list(),
  mock.history().map(withoutCall),
]

/** What a world shows of itself and of its calls. */
export const whole = (mock: Mock): string =>
  JSON.stringify([
    left(mock),
    mock.requests
      .list()
      .map(({ id, at, method, path, status, answer }) => [id, at, method, path, status, answer?.body]),
  ])

const withoutCall = ({
  cause,
  ...more
}: {
  readonly cause?: { readonly call?: number | undefined } | null | undefined
}) => ({
  ...more,
  cause: cause?.call === undefined ? cause : 'a call',
})
