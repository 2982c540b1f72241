import { describe, expect, it } from 'vitest'
import { type ScenarioName, scenarios } from '../../../scenarios/index.ts'
import { apiUrl, createMock, type ScenarioInput } from '../../../src/index.ts'
import { advance, type Door, get, post } from '../../doors/behaviour.ts'

/** An effect of a scenario, checked by calls only. */
export type Play = (door: Door) => Promise<void>

function open(scenario: ScenarioName): Door {
  const mock = createMock({ scenario })
  return {
    token: mock.token,
    fetch: (path, init) => mock.fetch(new Request(`${apiUrl}${path}`, init)),
    close: () => {},
  }
}

/** Where a scenario does not stop the clock itself, it is stopped for it. */
export async function stopClock(name: ScenarioName, door: Door): Promise<void> {
  const { clock }: ScenarioInput = scenarios[name]
  if (!clock?.frozen) await post(door, '/_mock/clock', { freeze: true })
}

/** Plays each through in this process, each from the initial state. `command-line.test.ts` plays every scenario over HTTP. */
export function playThrough(name: ScenarioName, plays: Readonly<Record<string, Play>>): void {
  const { clock }: ScenarioInput = scenarios[name]
  const all = clock?.start === undefined ? plays : { 'The clock is frozen at noon': atNoon, ...plays }
  describe(`The scenario ${name}`, () => {
    it.each(Object.entries(all))('%s', async (_, play) => {
      const door = open(name)
      await stopClock(name, door)
      await play(door)
    })
  })
}

async function atNoon(door: Door): Promise<void> {
  const { now, frozen } = (await get(door, '/_mock/clock')).body
  expect({ now, frozen }).toEqual({ now: '2020-02-20T12:00:00.000000Z', frozen: true })
}

/** Moves the clock; resolves to what happened, in words: `2020-02-20T12:30:00.000000Z key.rotated 1`. */
export async function happenedIn(door: Door, duration: string): Promise<string[]> {
  const { happened } = (await advance(door, duration)).body
  return happened.map(
    ({ at, event, resource }: { at: string; event: string; resource: { id: string | number } }) =>
      `${at} ${event} ${resource.id}`,
  )
}

/** A session on Renate's account, for the user who may have one. */
export const renate = (payload: Readonly<Record<string, string>> = { password: 'joshua' }) => ({
  source: { user: 1, type: 'icloud.account', identifier: 'renate@example.com' },
  payload,
})

/** What a session came to: its state, and why. */
export async function outcomeOf(session: Promise<{ state: string; error: string | null }>): Promise<string> {
  const { state, error } = await session
  return error === null ? state : `${state} ${error}`
}

/** A session's outcome, by its path or ID. */
export const fateOf = (door: Door, id: string): Promise<string> =>
  outcomeOf(get(door, `/sessions/${id}`).then(({ body }) => body))

/** Status and error code of a call: `403 forbidden`, or `200`. */
export async function answerOf(answer: ReturnType<typeof get>): Promise<string> {
  const { status, body } = await answer
  return status < 400 ? String(status) : `${status} ${body.error}`
}
