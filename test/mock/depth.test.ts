import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deepest } from '../../src/engine/depth.ts'
import { createMock, type MockOptions } from '../../src/index.ts'
import { loadScenario } from '../../src/node.ts'
import { refusalOf } from '../support/answers.ts'
import { setupApi } from '../support/api.ts'
import { controlRoutes } from '../support/definition.ts'
import { endpointsWithBody } from '../support/routes.ts'

const nestedText = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const deepText = nestedText(100_000)
const deep = JSON.parse(deepText) as never

const controlCalls = controlRoutes
  .filter(({ method }) => method !== 'GET')
  .map(({ method, path }) => [method, path.replaceAll(/\{\w+\}/g, 'a')] as const)

describe('A body nested 100,000 levels deep', () => {
  const bugs: string[] = []
  const log = (level: 'warn' | 'error', message: string) => void (level === 'error' && bugs.push(message))
  const { call, mock } = setupApi({ log })
  mock.watch(() => {})
  // A DELETE that reads no body refuses it too.
  it.each([...endpointsWithBody, ...controlCalls])('is refused by %s %s', async (method, path) => {
    for (const body of [deepText, `{"identifier":${deepText}}`, `{"a":{"b":[${deepText}]}}`]) {
      expect(refusalOf(await call(method, path, body))).toBe('400 invalid-body')
    }
    expect(bugs).toEqual([])
  })

  it('is in the journal, the summary and what is verified as no body', async () => {
    const { post, mock } = setupApi()
    // Short enough to be kept.
    await post('/users', `{"identifier":"a","x":${nestedText(5000)}}`)
    expect(mock.requests.list()).toMatchObject([{ status: 400, body: null, body_length: 10_023 }])
    expect(mock.summary()).toContain('400 invalid-body: The body is nested deeper than 100 levels.')
    expect(() => mock.requests.verify({ body: { identifier: 'a' } })).toThrow('is no JSON, or was too long or too deep')
  })
})

it.each([
  [deepest, 201],
  [deepest + 1, 400],
])('A body nested %i levels deep is answered with %i', async (levels, status) => {
  const { post } = setupApi()
  expect((await post('/users', `{"identifier":"${'a'.repeat(100)}","x":${nestedText(levels - 1)}}`)).status).toBe(
    status,
  )
})

describe('What a developer gives is refused where it is nested too deep', () => {
  const mock = createMock({ log: () => {} })
  const world = createMock({ fixtures: ['default'] })
  const [source] = world.db.source.getAll()
  const tooDeep = 'is nested deeper than 100 levels'
  const options = [
    'strict',
    'seed',
    'token',
    'clock',
    'dialect',
    'settings',
    'generate',
    'journal',
    'showSecrets',
    'worlds',
    'webhookHosts',
    'log',
  ]

  it.each(options)('createMock: %s', (name) => {
    expect(() => createMock({ [name]: deep } as MockOptions)).toThrow(`${name}[0][0]: ${tooDeep}`)
  })

  it.each<[string, () => unknown]>([
    [
      'createMock: scenario',
      () =>
        createMock({
          scenario: { scenario: 'a', steps: [{ at: '1s', do: 'session.fail', with: { error: deep } }] } as never,
        }),
    ],
    ['createMock: fixtures', () => createMock({ fixtures: [{ sources: [{ info: { a: deep } }] }] })],
    ['faults.arm', () => mock.faults.arm({ on: 'GET /users', answer: deep })],
    ['faults.disarm', () => mock.faults.disarm(deep)],
    ['requests.verify', () => mock.requests.verify({ body: { a: deep } })],
    ['requests.list', () => mock.requests.list({ status: deep })],
    ['actions', () => mock.actions['session.fail']({ with: { error: deep } })],
    ['db.create', () => mock.db.source.create({ ...source, id: 1000, info: { a: deep } })],
    ['db.update', () => mock.db.source.update({ where: { id: { equals: 1 } }, data: { info: { a: deep } } })],
  ])('%s', (_, give) => {
    expect(give).toThrow(tooDeep)
  })

  it.each<[string, () => unknown]>([
    ['clock.run', () => mock.clock.run({ speed: deep })],
    ['clock.advance', () => mock.clock.advance(deep)],
    ['clock.set', () => mock.clock.set(deep)],
    ['snapshots.save', () => mock.snapshots.save(deep)],
    ['scenario.load', () => mock.scenario.load(deep)],
    ['worlds.create', () => mock.worlds.create({ seed: deep })],
  ])('%s', async (_, give) => {
    const error = await Promise.resolve()
      .then(give)
      .catch((error) => error)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(RangeError)
  })

  describe('in a file', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-'))
      await writeFile(join(folder, 'deep.json'), `{"sources":[{"info":{"a":${deepText}}}]}`)
    })
    afterAll(() => rm(folder, { recursive: true }))

    it.each([
      ['a.json', `{"scenario":"a","description":${deepText}}`],
      ['a.yaml', `scenario: a\ndescription: ${deepText}`],
      ['b.json', `{"scenario":"a","description":${nestedText(200)}}`],
      ['b.yaml', `scenario: a\ndescription: ${nestedText(200)}`],
      ['c.yaml', 'scenario: a\nfixtures: [deep.json]'],
    ])('%s', async (name, text) => {
      const path = join(folder, name)
      await writeFile(path, text)
      const load = async () => createMock({ scenario: await loadScenario(path) })
      await expect(load()).rejects.toThrow('nested')
    })
  })
})
