import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import { apiUrl, createMock, type ScenarioInput } from '../../src/index.ts'
import { loadScenario } from '../../src/node.ts'
import { run } from '../cli/run.ts'
import { makeFolder } from '../doors/bundled.ts'
import { frozen } from '../doors/frozen.ts'
import { newSession } from '../support/api.ts'

const names = Object.keys(scenarios) as ScenarioName[]
/** The built-in scenarios as they are printed, and loaded again from a file. */
const printed = new Map<ScenarioName, ScenarioInput>()

beforeAll(async () => {
  const folder = makeFolder()
  for (const name of names) {
    const { out } = await run('scenarios', 'show', name)
    const file = join(folder, `${name}.yaml`)
    await writeFile(file, out)
    printed.set(name, await loadScenario(file))
  }
})

/** The world of a built-in scenario, and that of the printed one; where neither says when time begins, both begin at noon. */
function bothOf(name: ScenarioName) {
  const { clock }: ScenarioInput = scenarios[name]
  const options = { log: () => {}, ...(clock?.start === undefined && { clock: frozen.clock }) }
  return [createMock({ ...options, scenario: name }), createMock({ ...options, scenario: printed.get(name) })] as const
}

type Mock = ReturnType<typeof createMock>
const recordsOf = ({ db }: Mock) =>
  Object.fromEntries(Object.entries(db).map(([name, model]) => [name, model.getAll()]))
const initialState = (mock: Mock) => {
  const { clock } = mock
  const time = { now: clock.now(), frozen: clock.frozen, speed: clock.speed }
  return { records: recordsOf(mock), ...time, upcoming: clock.upcoming() }
}

const account = (identifier: string, payload: object) => ({ ...newSession(identifier), payload })
const relay = (code: string) => ({ source: { user: 1, type: 'rirelay.instance', identifier: 'r' }, payload: { code } })
const move = (duration: string) => ['POST', '/_mock/clock', { advance: duration }] as const
const looks = ['/organisation', '/key', '/keys', '/users', '/users/1', '/sources', '/sessions'].map(
  (path) => ['GET', path] as const,
)
/** Calls that meet what any built-in scenario does. */
const calls: readonly (readonly [method: string, path: string, body?: object])[] = [
  ...looks,
  ['POST', '/users', { identifier: 'new@example.com' }],
  ['POST', '/sessions', account('renate@example.com', { password: 'joshua' })],
  ['POST', '/sessions', account('renate@example.com', { password: 'joshua', code: '123456' })],
  ['POST', '/sessions', account('renate@example.com', { password: 'pencil' })],
  ['POST', '/sessions', account('two-factor@example.com', { password: 'joshua' })],
  ['POST', '/sessions', relay('A1B2C3')],
  ['POST', '/sessions', relay('C3B2A1')],
  ...looks,
  move('30m'),
  ...looks,
  move('1h'),
  ['POST', '/sessions', account('renate@example.com', { password: 'joshua' })],
  ['POST', '/sessions', account('renate@example.com', { password: 'falken' })],
  ...looks,
  move('6h'),
  ...looks,
  move('24h'),
  ...looks,
  move('14d'),
  ...looks,
]

/** Everything that a world answers to the same calls, head and body. */
async function answersOf(mock: Mock): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const [method, path, body] of calls) {
    const response = await mock.fetch(
      new Request(`${apiUrl}${path}`, {
        method,
        headers: { authorization: `Token ${mock.token}`, 'user-agent': 'ricloud-py/3.2.0' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const text = await response.text().catch(() => 'cut short')
    answers.push([method, path, response.status, [...response.headers], text])
  }
  return answers
}

describe('What scenarios show prints, loaded from a file,', () => {
  it.each(names)('is the scenario %s', (name) => {
    expect(printed.get(name)).toEqual(scenarios[name])
  })

  it.each(names)('has the same initial state: %s', (name) => {
    const [builtIn, loaded] = bothOf(name)
    expect(initialState(loaded)).toEqual(initialState(builtIn))
  })

  it.each(names)('answers the same calls with the same bytes, and leaves the same records: %s', async (name) => {
    const [builtIn, loaded] = bothOf(name)
    expect(await answersOf(loaded)).toEqual(await answersOf(builtIn))
    expect(recordsOf(loaded)).toEqual(recordsOf(builtIn))
  })
})
