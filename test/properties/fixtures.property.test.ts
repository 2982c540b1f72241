import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { createMock, type Fixture, type Mock, type ScenarioInput } from '../../src/index.ts'
import { anyCommand, commandsOf } from './commands.ts'
import { accounts, crowd } from './concurrency.ts'
import { holds } from './invariants.ts'
import { call, perform, setup } from './perform.ts'

/** Nothing ends by itself: when a session became active is not in the answers. */
const lasting = {
  scenario: 'lasting',
  fixtures: crowd,
  settings: { session_init: '2s', webhook_answers: [200] },
  accounts,
} as const satisfies ScenarioInput

type Body = Readonly<Record<string, unknown>> & { readonly id: number | string }

const lists = ['keys', 'users', 'sources', 'sessions'] as const

/** Ends what keeps an organisation from calling: faults, and closed organisations and keys. */
function reopen(mock: Mock): void {
  mock.faults.disarm()
  for (const resource of ['organisation', 'key'] as const) {
    for (const { id, state } of mock.state()[resource]) {
      const isClosed = state === 'deactivated' || state === 'blocked'
      if (isClosed) mock.actions[`${resource}.reactivate`]({ where: { id } })
    }
  }
}

/** A token for each organisation; undefined where all of its keys expired. */
function tokensOf(mock: Mock): (string | undefined)[] {
  const { organisation, key } = mock.state()
  return organisation.map(({ id }) => key.find((one) => one.organisation === id && one.state === 'active')?.token)
}

/** Everything that a fixture may hold, as each organisation is answered. */
async function answersOf(mock: Mock, tokens: readonly string[], headers: object) {
  const answers: Record<string, Body[]>[] = []
  for (const token of tokens) {
    const get = async (path: string) => JSON.parse((await call(mock, `GET ${path}`, token, undefined, headers)).text)
    const own: Record<string, Body[]> = { organisations: [await get('/organisation')] }
    for (const list of lists) own[list] = (await get(`/${list}?limit=1000`)).data
    answers.push(own)
  }
  return answers
}

/** The answers to all organisations as one fixture; a super organisation gets the records of the others too. */
function fixtureOf(answers: readonly Record<string, Body[]>[]): Fixture {
  const merged = (list: string) => [
    ...new Map(answers.flatMap((own) => own[list] ?? []).map((body) => [body.id, body])).values(),
  ]
  return Object.fromEntries(['organisations', ...lists].map((list) => [list, merged(list)])) as Fixture
}

describe('The answers of a world', () => {
  for (const [dialect, headers] of Object.entries({
    documented: {},
    'ricloud-py': { 'user-agent': 'ricloud-py/3.2.0' },
  })) {
    holds(
      `are a fixture, whose world gives the same answers, in the dialect ${dialect}`,
      6,
      [commandsOf(anyCommand, 30)],
      async (commands) => {
        const { mock } = setup(lasting)
        for (const command of commands) await perform(mock, command)
        reopen(mock)
        const tokens = tokensOf(mock).filter((token) => token !== undefined)
        fc.pre(tokens.length === mock.db.organisation.count())
        const answers = await answersOf(mock, tokens, headers)
        const copy = createMock({ fixtures: [fixtureOf(answers)], clock: { start: mock.clock.now(), frozen: true } })
        expect(await answersOf(copy, tokens, headers)).toEqual(answers)
      },
    )
  }
})
