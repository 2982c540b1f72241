import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Mock } from '../../src/index.ts'
import { controlRoutes } from '../support/definition.ts'
import { callApi, type Pair, pairs, titleOf, unpaired } from './pairs.ts'
import { asJson, everything, listen, quiet, setupControl, withWorld } from './setup.ts'

const rows = controlRoutes.map(({ method, path }) => `${method} ${path}`)
const titled = pairs.map((pair) => [titleOf(pair), pair] as const)

// Real durations are the only difference between two equal mocks.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 0 }))
afterEach(() => void vi.useRealTimers())

/** A new mock, or a world of one, after the preparation of a pair. */
async function arrange(pair: Pair, isWorld: boolean) {
  const api = setupControl({ seed: 5 })
  const mock: Mock = isWorld ? await api.mock.worlds.create() : api.mock
  const first = everything(api.mock)
  await pair.before?.(mock)
  const isFirstLeft = () => everything(api.mock) === first
  return { ...api, mock, isFirstLeft }
}

/** The answer of the call, and the state after it. */
async function called(pair: Pair, isWorld = false) {
  const { mock, call, isFirstLeft } = await arrange(pair, isWorld)
  const [method = '', row = ''] = pair.call.split(' ')
  const path = typeof pair.path === 'function' ? pair.path(mock) : (pair.path ?? row)
  const { body } = await call(method, isWorld ? withWorld(path, mock.id as string) : path, pair.body)
  await quiet(mock)
  return { said: body, left: everything(mock), ...(isWorld && { isFirstLeft: isFirstLeft() }) }
}

/** The result of the method, and the state after it. */
async function done(pair: Pair, isWorld = false) {
  const { mock } = await arrange(pair, isWorld)
  const said = asJson(await pair.method(mock))
  await quiet(mock)
  return { said, left: everything(mock), ...(isWorld && { isFirstLeft: true }) }
}

describe('A control call and the method of the mock', () => {
  it.each(titled)('have the same result and effect: %s', async (_, pair) => {
    expect(await called(pair)).toEqual(await done(pair))
  })

  it.each(titled)('have the same result and effect in a world, and none on the first one: %s', async (_, pair) => {
    expect(await called(pair, true)).toEqual(await done(pair, true))
  })

  it('are compared here for every row of the route table', () => {
    const paired = new Set([...pairs.map(({ call }) => call), ...Object.keys(unpaired)])
    expect([...paired].sort()).toEqual([...rows].sort())
  })

  it('are not compared where a reason against it is given', () => {
    expect(pairs.filter(({ call }) => Object.hasOwn(unpaired, call))).toEqual([])
  })
})

describe('The stream and mock.watch', () => {
  it('send the same messages', async () => {
    const { mock } = setupControl()
    const stream = await listen(mock)
    await stream.next()
    const watched: unknown[] = []
    mock.watch((message) => watched.push(asJson(message)))
    await callApi(mock, 'POST', '/users', { identifier: 'a@example.com', password: 'hush' })
    await mock.clock.advance('1h')
    const world = await mock.worlds.create()
    await callApi(world, 'GET', '/users')
    await world.scenario.load('two-factor')
    mock.snapshots.save('a')
    mock.snapshots.restore('a')
    mock.worlds.delete(world.id as string)
    mock.reset()
    expect((await stream.take(watched.length)).map(({ data }) => data)).toEqual(watched)
  })

  it('name each message after its kind', async () => {
    const { mock } = setupControl()
    const stream = await listen(mock)
    await stream.next()
    const kinds: string[] = []
    mock.watch(({ kind }) => kinds.push(kind))
    await callApi(mock, 'POST', '/users', { identifier: 'a@example.com' })
    await mock.clock.advance('1h')
    mock.reset()
    expect((await stream.take(kinds.length)).map(({ event }) => event)).toEqual(kinds)
  })
})
