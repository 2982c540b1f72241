import { describe, expect, it } from 'vitest'
import { md5 } from '../../src/engine/md5.ts'
import { createMock, type Fixture } from '../../src/index.ts'
import { builtInFixtures } from '../../src/ricloud/built-in-fixtures.ts'

type Row = Record<string, unknown>
type Lists = Record<'sources' | 'sessions' | 'subscriptions' | 'polls' | 'tasks' | 'results' | 'objects', Row[]>

/** The problems of the fixture `polls` after a change. */
function problemsAfter(change: (lists: Lists) => unknown): readonly string[] {
  const copy = structuredClone(builtInFixtures.polls) as unknown as Lists
  change(copy)
  try {
    createMock({ fixtures: [copy as unknown as Fixture] })
    return []
  } catch (error) {
    return (error as { problems: readonly string[] }).problems
  }
}

/** The first record of a list in a state, or another one of these values. */
const inState = (rows: readonly Row[], state: string, values: Row = {}) =>
  rows.find((row) => row.state === state && Object.entries(values).every(([name, value]) => row[name] === value)) ??
  expect.fail(`There is none that is ${state}.`)

const early = '2019-01-01T00:00:00.000000Z'
const late = '2020-02-20T11:00:00.000000Z'

describe('The fixture polls', () => {
  it('is sound', () => {
    expect(problemsAfter(() => {})).toEqual([])
  })

  it('has records in every state, and an object for every result that is not expired', () => {
    const { polls, tasks, results, subscriptions, objects } = builtInFixtures.polls as unknown as Lists
    const states = [polls, tasks, results, subscriptions].map((rows) =>
      [...new Set(rows.map(({ state }) => state))].sort(),
    )
    expect(states).toEqual([
      ['completed', 'pending', 'processing'],
      ['failed', 'pending', 'processing', 'succeeded', 'suspended'],
      ['available', 'consumed', 'expired'],
      ['active', 'deleted', 'pending'],
    ])
    const stored = results.filter(({ state }) => state !== 'expired').map(({ url }) => url)
    expect(objects.map(({ url }) => url).toSorted()).toEqual(stored.toSorted())
  })

  it('has the checksum and size of each object in its result', () => {
    const { mock } = { mock: createMock({ fixtures: ['polls'] }) }
    for (const { url, checksum, size, state } of mock.db.result.getAll()) {
      if (state === 'expired') continue
      const { bytes } = mock.buckets.get(url)
      expect([md5(bytes), bytes.length]).toEqual([checksum, size])
    }
  })
})

describe('What is impossible in a fixture', () => {
  it.each<[string, (lists: Lists) => unknown, string]>([
    [
      'a subscription to a source that is not of its session',
      ({ subscriptions: [one] }) => Object.assign(one ?? {}, { source: 1 }),
      'subscriptions[0].source: must be',
    ],
    [
      'a subscription that ends before it starts',
      ({ subscriptions: [one] }) => Object.assign(one ?? {}, { date_start: late, date_end: early }),
      `subscriptions[0].date_end: must be after date_start, ${late}, got "${early}"`,
    ],
    [
      'a subscription of an unknown session',
      ({ subscriptions: [one] }) => Object.assign(one ?? {}, { session: '00000000-0000-4000-8000-000000000000' }),
      'subscriptions[0].session: names session "00000000-0000-4000-8000-000000000000", which does not exist',
    ],
    [
      'a poll of a source that is not of its session',
      ({ polls }) => Object.assign(polls[0] ?? {}, { source: 1 }),
      'polls[0].source: must be',
    ],
    ['a poll of another user', ({ polls }) => Object.assign(polls[0] ?? {}, { user: 2 }), 'polls[0].user: must be'],
    [
      'a pending poll that was started',
      ({ polls }) => Object.assign(inState(polls, 'pending'), { date_started: late }),
      'date_started: of a poll that is pending must be null',
    ],
    [
      'a completed poll without a date',
      ({ polls }) => Object.assign(inState(polls, 'completed'), { date_completed: null }),
      'date_completed: of a poll that is completed must be a datetime, got null',
    ],
    [
      'a poll that is completed before it was started',
      ({ polls }) => Object.assign(inState(polls, 'completed'), { date_completed: early }),
      'date_completed: must not lie before date_started',
    ],
    [
      'a completed poll with an open task',
      ({ polls, tasks }) => {
        const { id } = inState(polls, 'completed')
        Object.assign(inState(tasks, 'succeeded', { poll: id }), { state: 'processing', date_completed: null })
      },
      'state: of a task of a completed poll must be "succeeded" or "failed", got "processing"',
    ],
    [
      'a task of a pending poll',
      ({ polls, tasks }) => Object.assign(tasks[0] ?? {}, { poll: inState(polls, 'pending').id }),
      'which is pending: it has no tasks yet',
    ],
    [
      'a task of another session than its poll',
      ({ sessions, tasks }) => {
        const other = sessions.find(({ id }) => id !== tasks[0]?.session)
        Object.assign(tasks[0] ?? {}, { session: other?.id })
      },
      'that of the poll, got',
    ],
    [
      'a task of data without a poll',
      ({ tasks }) => Object.assign(tasks[0] ?? {}, { poll: null }),
      'tasks[0].poll: of a task of type data must be the ID of its poll, got null',
    ],
    [
      'a failed task with an error that does not exist',
      ({ tasks }) => Object.assign(inState(tasks, 'failed'), { error: 'tired' }),
      'error: of a task that is failed must be "session-expired", "source-locked"',
    ],
    [
      'an error of a task that succeeded',
      ({ tasks }) => Object.assign(inState(tasks, 'succeeded'), { error: 'publish-failed' }),
      'error: of a task that is succeeded must be null, got "publish-failed"',
    ],
    [
      'a result of another poll than its task',
      ({ polls, results: [one] }) => Object.assign(one ?? {}, { poll: inState(polls, 'pending').id }),
      'results[0].poll: must be',
    ],
    [
      'a result without a task',
      ({ results: [one] }) => Object.assign(one ?? {}, { task: '00000000-0000-4000-8000-000000000000' }),
      'results[0].task: names task "00000000-0000-4000-8000-000000000000", which does not exist',
    ],
    [
      'a result of a failed task',
      ({ tasks, results: [one] }) => {
        const { id, poll } = inState(tasks, 'failed')
        Object.assign(one ?? {}, { task: id, poll })
      },
      'which is failed: it has no results',
    ],
    [
      'a consumed result without a date',
      ({ results }) => Object.assign(inState(results, 'consumed'), { date_consumed: null }),
      'date_consumed: of a result that is consumed must be a datetime, got null',
    ],
    [
      'an available result that was deleted',
      ({ results }) => Object.assign(inState(results, 'available'), { date_deleted: late }),
      'date_deleted: of a result that is available must be null',
    ],
    [
      'a result that is no URL of an object',
      ({ results, objects }) => {
        objects.length = 0
        Object.assign(results[0] ?? {}, { url: 'https://my-bucket/key' })
      },
      'results[0].url: must be the URL of an object, such as "gs://my-bucket/key"',
    ],
    [
      'an object that no result has',
      ({ objects: [one] }) => Object.assign(one ?? {}, { url: 'gs://my-bucket/other' }),
      'objects[0].url: is that of no result: "gs://my-bucket/other"',
    ],
    [
      'an object of another size than its result',
      ({ objects: [one] }) => Object.assign(one ?? {}, { json: { data: [] } }),
      'objects[0]: has 11 bytes, and result',
    ],
  ])('is %s', (_, change, problem) => {
    expect(problemsAfter(change).join('\n')).toContain(problem)
  })

  it('names the checksum that an object has', () => {
    const problems = problemsAfter(({ results }) => Object.assign(inState(results, 'available'), { checksum: 'x' }))
    expect(problems).toEqual([
      expect.stringMatching(/^fixtures\[0\]\.objects\[\d\]: has the MD5 [0-9a-f]{32}, and result .* the checksum "x"$/),
    ])
  })
})
