import { describe, expect, test } from 'vitest'
import { hashOf, placeInTab, type Route, routeOf } from '../../src/inspector/address.ts'
import { tabStore } from '../../src/inspector/tab-store.ts'

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

  test('of a mounted inspector is kept in the tab', () => {
    const items = new Map<string, string>()
    const storage = { getItem: (name: string) => items.get(name) ?? null, setItem: items.set.bind(items) }
    const place = () => placeInTab(tabStore('x', () => storage as unknown as Storage))
    place().write({ view: 'requests', id: '7' }, 'w1', true)
    expect(place().read()).toEqual({ route: { view: 'requests', id: '7' }, world: 'w1' })
    expect(place().href).toBeUndefined()
  })

  test.each(['{', '[]', 'null', '{"hash": 5, "world": {}}'])('that was kept as %s is begun anew', (kept) => {
    const storage = { getItem: () => kept, setItem: () => {} } as unknown as Storage
    expect(placeInTab(tabStore('x', () => storage)).read()).toEqual({ route: { view: 'time' }, world: null })
  })

  test('is kept in memory where the storage is refused', () => {
    const refused = () => {
      throw new Error('The operation is insecure.')
    }
    const place = placeInTab(tabStore('x', refused))
    place.write({ view: 'worlds' }, null, true)
    expect(place.read().route).toEqual({ view: 'worlds' })
  })
})
