import { describe, expect, it } from 'vitest'
import { behaviourOf, coverageTable, mergeCoverage } from '../../src/control/coverage.ts'
import type { MockOptions } from '../../src/index.ts'
import { ApiMock } from '../../src/mock/mock.ts'
import { newSession } from '../support/api.ts'
import { api } from '../support/definition.ts'
import { library } from '../toy/library.ts'
import { setupControl } from './setup.ts'

/** A mock, and what it met of a group. */
function setup(options: MockOptions = {}) {
  const control = setupControl(options)
  const group = (name: string) => control.mock.coverage().groups[name] ?? expect.fail(`There is no group ${name}.`)
  return { ...control, met: (name: string) => group(name).met, never: (name: string) => group(name).never }
}

describe('mock.coverage()', () => {
  it('has met nothing at first, whatever the records are', () => {
    const { mock } = setup({ fixtures: ['polls'] })
    expect(mock.coverage().met).toBe(0)
  })

  it('counts calls that succeed', async () => {
    const { get, met, never } = setup()
    await get('/users/1')
    await get('/users/99')
    expect(met('calls')).toEqual({ 'GET /users/{id}': 1 })
    expect(never('calls')).toContain('GET /users')
  })

  it('counts errors by their code, also of scripted faults', async () => {
    const { get, mock, met } = setup()
    await get('/nowhere')
    mock.faults.arm({ on: 'GET /users', answer: { status: 503 } })
    await get('/users')
    expect(met('errors')).toEqual({ 'not-found': 1, 'internal-server-error': 1 })
  })

  it('counts the states that records enter, with their errors', async () => {
    const { post, get, met, never } = setup()
    await post('/sessions', newSession('locked@example.com'))
    await get('/sessions?limit=1')
    expect(met('states')).toMatchObject({ 'session failed': 1, 'session failed with source-locked': 1 })
    expect(never('states')).toContain('session failed with code-required')
  })

  it('counts transitions and events', () => {
    const { mock, met } = setup()
    mock.actions['key.expire']({ where: { id: 1 } })
    expect(met('transitions')).toEqual({ 'key active → expired': 1 })
    expect(met('events')).toEqual({ 'key.expired': 1 })
  })

  it('counts filters once for each call, however they are written, and no unknown parameters', async () => {
    const { get, met } = setup()
    await get('/users?state=active&date_created[gt]=2020-01-01&nothing=1')
    await get('/users?date_created%5Blte%5D=2030-01-01')
    await get('/users?date_created__lt=2030-01-01&after_id=1')
    expect(met('filters')).toEqual({ 'GET /users?state': 1, 'GET /users?date_created': 3 })
  })

  it('counts empty lists, limits and second pages', async () => {
    const { get, met } = setup()
    await get('/users?identifier=nobody')
    const { body } = await get('/users?limit=1')
    await get(`/users?after_id=${body.data[0].id}`)
    expect(met('lists')).toEqual({
      'GET /users with an empty list': 1,
      'GET /users with a limit': 1,
      'GET /users with a second page': 1,
    })
  })

  it('counts no second page that is empty', async () => {
    const { get, met } = setup()
    await get('/users?after_id=1')
    expect(met('lists')).toEqual({ 'GET /users with an empty list': 1 })
  })

  it('counts test identifiers that sessions are started on', async () => {
    const { post, met } = setup()
    await post('/sessions', newSession('slow@example.com'))
    expect(met('test identifiers')).toEqual({ 'icloud.account slow@example.com': 1 })
  })

  it('counts webhooks that are sent again', async () => {
    const { mock, post, met } = setup({ scenario: 'webhook-retries' })
    await post('/sessions', newSession())
    await mock.clock.advance('2h')
    await mock.webhooks.redeliver(mock.webhooks.deliveries[0]?.id as string)
    expect(met('webhooks')).toMatchObject({
      retried: 2 * mock.webhooks.deliveries.length,
      'copied, signature right': 1,
    })
  })

  it('counts what happens in worlds too, and keeps it when they end and the mock is reset', async () => {
    const { mock, met } = setup()
    const world = await mock.worlds.create()
    world.actions['key.block']({ where: { id: 1 } })
    mock.worlds.delete(world.id as string)
    mock.reset()
    expect(met('events')).toEqual({ 'key.blocked': 1 })
  })

  it('is the answer to GET /_mock/coverage', async () => {
    const { get, mock } = setup()
    await get('/users')
    expect((await get('/_mock/coverage')).body).toEqual(JSON.parse(JSON.stringify(mock.coverage())))
  })

  it('keeps no names that clients invent', async () => {
    const { get, mock } = setup()
    for (let i = 0; i < 100; i++) await get(`/users?x${i}=1`)
    expect(JSON.stringify(mock.coverage())).not.toContain('x99')
  })

  it('follows from the definition of any API', () => {
    expect(new ApiMock(library).coverage().groups.states?.never).toEqual([
      'book available',
      'book lent',
      'book gone',
      'loan open',
      'loan overdue',
      'loan returned',
    ])
  })
})

describe('behaviourOf', () => {
  it('has every state, call and error of the API', () => {
    const { states, calls, errors } = behaviourOf(api)
    for (const [name, { lifecycle }] of Object.entries(api.definitions)) {
      expect(states).toEqual(expect.arrayContaining(Object.keys(lifecycle).map((state) => `${name} ${state}`)))
    }
    expect([calls?.length, errors]).toEqual([api.routes.length, expect.arrayContaining(Object.keys(api.errors))])
  })
})

describe('mergeCoverage', () => {
  it('adds up counts, and what one of them met was met', async () => {
    const [one, other] = [setup(), setup()]
    await one.get('/users')
    await other.get('/users')
    await other.get('/nowhere')
    const merged = mergeCoverage([one.mock.coverage(), other.mock.coverage()])
    expect(merged.groups.calls?.met).toEqual({ 'GET /users': 2 })
    expect(merged.groups.errors?.never).not.toContain('not-found')
    expect([merged.met, merged.all]).toEqual([2, one.mock.coverage().all])
  })
})

describe('coverageTable', () => {
  it('has a row for each group, and lists the first of what was never met', () => {
    const coverage = {
      met: 1,
      all: 16,
      groups: { states: { met: { 'key active': 2 }, never: Array.from({ length: 15 }, (_, i) => `s${i}`) } },
    }
    expect(coverageTable(coverage).split('\n')).toEqual([
      'Behaviour that the tests met:',
      '  states                1 of   16    6 %',
      '  all                   1 of   16    6 %',
      'Your tests never saw:',
      `  states: ${Array.from({ length: 12 }, (_, i) => `s${i}`).join('; ')}; and 3 more`,
    ])
  })

  it('lists nothing where everything was met', () => {
    expect(coverageTable({ met: 1, all: 1, groups: { states: { met: { a: 1 }, never: [] } } })).not.toContain('never')
  })
})
