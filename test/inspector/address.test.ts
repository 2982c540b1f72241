import { describe, expect, test } from 'vitest'
import { hashOf, placeInMemory, type Route, routeOf } from '../../src/inspector/address.ts'

const routes: readonly (readonly [string, Route])[] = [
  ['#/time', { view: 'time' }],
  ['#/records/session/1', { view: 'records', resource: 'session', id: '1' }],
  ['#/time/key/1', { view: 'time', resource: 'key', id: '1' }],
  ['#/requests/7?part=answer', { view: 'requests', id: '7', part: 'answer' }],
  [
    '#/records/user?filter=renate+-state%3Ablocked&sort=-id',
    { view: 'records', resource: 'user', filter: 'renate -state:blocked', sort: '-id' },
  ],
  [
    '#/time?from=2020-02-20T12%3A00%3A00.000Z&to=2020-02-21T12%3A00%3A00.000Z&names=300',
    { view: 'time', from: '2020-02-20T12:00:00.000Z', to: '2020-02-21T12:00:00.000Z', names: 300 },
  ],
]

describe('The address', () => {
  test.each(routes)('%s is a route and back', (hash, route) => {
    expect(routeOf(hash)).toEqual(route)
    expect(hashOf(route)).toBe(hash)
  })

  test.each([
    ['', { view: 'time' }],
    ['#/nowhere/1', { view: 'time', resource: '1' }],
    ['#/time?from=yesterday&to=2020-02-21', { view: 'time' }],
    ['#/time?from=2021-01-01&to=2020-01-01', { view: 'time' }],
    ['#/time?names=9e9', { view: 'time' }],
    ['#/requests/%E0%A4%A', { view: 'requests', id: '%E0%A4%A' }],
  ])('of %j what cannot be read is left out', (hash, route) => {
    expect(routeOf(hash)).toEqual(route)
  })

  test('of a mounted inspector is kept in memory', () => {
    const place = placeInMemory()
    place.write({ view: 'requests', id: '7' }, 'w1', true)
    expect(place.read()).toEqual({ route: { view: 'requests', id: '7' }, world: 'w1' })
    expect(place.href).toBeUndefined()
  })
})
