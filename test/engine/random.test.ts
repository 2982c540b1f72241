import { describe, expect, it } from 'vitest'
import { Random } from '../../src/engine/random.ts'
import { newSession, setupApi } from '../support/api.ts'

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

type Api = ReturnType<typeof setupApi>

/** A whole run of calls: everything that was answered, as one text. */
async function run({ mock, call }: Api): Promise<string> {
  await mock.ready
  const answers: unknown[] = []
  const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await call(method, path, body, headers)
    answers.push([answer.status, [...answer.headers], answer.body])
    return answer.body
  }
  for (const name of ['ada', 'bob', 'eve']) {
    const user = await ask('POST', '/users', { identifier: `${name}@example.com` })
    const session = await ask('POST', '/sessions', newSession(`${name}@icloud.com`, user.id))
    await ask('GET', `/sessions/${session.id}`)
    if (name === 'bob') await ask('DELETE', `/sessions/${session.id}`)
  }
  await ask('POST', '/sources', { user: 1, type: 'rirelay.instance' })
  const key = await ask('POST', '/keys', {})
  await ask('POST', `/keys/${key.id}/rotate`, {})
  await ask('POST', `/keys/${key.id}/rotate`, { force: true })
  answers.push(mock.db.user.create(), mock.db.key.create(), mock.db.webhook_config.create(), mock.db.session.create())
  answers.push(await mock.clock.advance('7h'))
  for (const path of ['/organisation', '/keys', '/users', '/sources', '/sessions'])
    await ask('GET', `${path}?limit=1000`)
  return JSON.stringify(answers)
}

const generated = { generate: { users: 5, sources: 8, sessions: 20 } } as const

describe('two mocks of equal seeds', () => {
  it('answer a whole run of calls with equal bytes', async () => {
    expect(await run(setupApi({ seed: 7 }))).toBe(await run(setupApi({ seed: 7 })))
  })

  it('answer with equal bytes also when their records are generated', async () => {
    expect(await run(setupApi({ seed: 7, ...generated }))).toBe(await run(setupApi({ seed: 7, ...generated })))
  })

  it('answer with equal bytes when their calls take turns', async () => {
    const [first, second] = [setupApi({ seed: 7 }), setupApi({ seed: 7 })]
    const [a, b] = await Promise.all([run(first), run(second)])
    expect(a).toBe(b)
  })

  it('have the seed 1 by default', async () => {
    expect(await run(setupApi())).toBe(await run(setupApi({ seed: 1 })))
  })
})

describe('a reset', () => {
  it('makes the same run of calls answer with equal bytes again', async () => {
    const api = setupApi({ seed: 7 })
    const first = await run(api)
    api.mock.reset()
    expect(await run(api)).toBe(first)
  })

  it('makes it answer with equal bytes again when the records are generated', async () => {
    const api = setupApi({ seed: 7, ...generated })
    const first = await run(api)
    api.mock.reset()
    expect(await run(api)).toBe(first)
  })

  it('makes it answer with equal bytes again after other calls', async () => {
    const api = setupApi({ seed: 7 })
    await api.post('/keys', {})
    await api.mock.clock.advance('3d')
    api.mock.reset()
    expect(await run(api)).toBe(await run(setupApi({ seed: 7 })))
  })

  it('can be repeated', async () => {
    const api = setupApi({ seed: 7 })
    const runs: string[] = []
    for (let round = 0; round < 3; round++) {
      runs.push(await run(api))
      api.mock.reset()
    }
    expect(new Set(runs).size).toBe(1)
  })
})

describe('two mocks of other seeds', () => {
  it('give sessions other IDs', async () => {
    const ids = await Promise.all(
      [1, 2].map(async (seed) => (await setupApi({ seed }).post('/sessions', newSession())).body.id),
    )
    expect(ids[0]).not.toBe(ids[1])
  })

  it('give keys other tokens', async () => {
    const tokens = await Promise.all(
      [1, 2].map(async (seed) => (await setupApi({ seed }).post('/keys', {})).body.token),
    )
    expect(tokens[0]).not.toBe(tokens[1])
  })

  it('generate other people', async () => {
    const people = await Promise.all(
      [1, 2].map(async (seed) => {
        const { mock } = setupApi({ seed, ...generated })
        await mock.ready
        return mock.db.user.getAll().map(({ identifier }) => identifier)
      }),
    )
    expect(people[0]).not.toEqual(people[1])
  })

  it.each([0, 1, 2 ** 31, 2 ** 32 - 1])('may have the seed %d', async (seed) => {
    const { status } = await setupApi({ seed }).post('/sessions', newSession())
    expect(status).toBe(201)
  })
})

describe('two mocks', () => {
  it('do not share records', async () => {
    const [first, second] = [setupApi(), setupApi()]
    const before = await second.get('/users')
    await first.post('/users', { identifier: 'new@example.com' })
    first.mock.db.user.create()
    expect((await second.get('/users')).body).toEqual(before.body)
  })

  it('do not share time', async () => {
    const [first, second] = [setupApi(), setupApi()]
    await first.mock.clock.advance('6h')
    expect(second.mock.clock.now()).toBe('2020-02-20T12:00:00.000000Z')
  })

  it('do not share what is due', async () => {
    const [first, second] = [setupApi(), setupApi()]
    const before = second.mock.clock.upcoming()
    await first.post('/sessions', newSession())
    expect(second.mock.clock.upcoming()).toEqual(before)
  })

  it('do not share chance', async () => {
    const [first, second] = [setupApi({ seed: 7 }), setupApi({ seed: 7 })]
    const alone = await run(setupApi({ seed: 7 }))
    await first.post('/keys', {})
    expect(await run(second)).toBe(alone)
  })

  it('are not reset together', async () => {
    const [first, second] = [setupApi(), setupApi()]
    const { body } = await second.post('/users', { identifier: 'new@example.com' })
    first.mock.reset()
    expect((await second.get(`/users/${body.id}`)).status).toBe(200)
  })

  it('do not take tokens of each other', async () => {
    const [first, second] = [setupApi(), setupApi()]
    const { body } = await first.post('/keys', {})
    expect((await second.get('/organisation', { authorization: `Token ${body.token}` })).status).toBe(401)
  })
})

describe('random values', () => {
  it('are version 4 UUIDs', () => {
    const random = new Random(1)
    const ids = Array.from({ length: 2000 }, () => random.uuid())
    expect(ids.filter((id) => !uuid4.test(id))).toEqual([])
  })

  it('are UUIDs that do not repeat', () => {
    const random = new Random(1)
    expect(new Set(Array.from({ length: 20_000 }, () => random.uuid())).size).toBe(20_000)
  })

  it('are texts of letters and digits', () => {
    expect(new Random(1).text(500)).toMatch(/^[A-Za-z0-9]{500}$/)
  })

  it('are whole numbers below a limit, each of them', () => {
    const random = new Random(1)
    const numbers = new Set(Array.from({ length: 500 }, () => random.below(7)))
    expect([...numbers].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('repeat from where they were saved', () => {
    const random = new Random(1)
    random.text(10)
    const saved = random.save()
    const first = random.text(64) + random.uuid()
    random.restore(saved)
    expect(random.text(64) + random.uuid()).toBe(first)
  })

  it('make the ID of a session a version 4 UUID', async () => {
    expect((await setupApi().post('/sessions', newSession())).body.id).toMatch(uuid4)
  })

  it('make the ID of a session of the plain model a version 4 UUID', () => {
    expect(setupApi().mock.db.session.create().id).toMatch(uuid4)
  })

  it('make a token of 64 letters and digits', async () => {
    expect((await setupApi().post('/keys', {})).body.token).toMatch(/^[A-Za-z0-9]{64}$/)
  })
})
