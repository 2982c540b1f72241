import { describe, expect, it } from 'vitest'
import { controlRoutes } from '../support/definition.ts'
import { setupControl } from './setup.ts'

/** A mock that tests of rejected calls share, because such calls change nothing. */
const rejecting = setupControl()

describe('GET /_mock', () => {
  it('names the mock and its scenario', async () => {
    const { body } = await setupControl({ scenario: 'two-factor' }).get('/_mock')
    expect(body).toMatchObject({ name: 'ricloud-mock', world: null, scenario: 'two-factor' })
  })

  it('lists every other control call with its summary', async () => {
    const { calls } = (await setupControl().get('/_mock')).body
    const rows = controlRoutes.filter(({ path }) => path !== '/_mock')
    expect(calls).toEqual(rows.map(({ method, path, summary }) => ({ call: `${method} ${path}`, summary })))
  })

  it('names the world that was asked for', async () => {
    const { world } = setupControl()
    const { get } = await world({ scenario: 'empty' })
    expect((await get('/_mock')).body).toMatchObject({ world: 'w1', scenario: 'empty' })
  })

  it('needs no token', async () => {
    expect((await setupControl().get('/_mock', { authorization: '' })).status).toBe(200)
  })

  it.each([
    ['GET', '/_mock/'],
    ['POST', '/_mock'],
    ['GET', '/_mock/world'],
    ['GET', '/_mock/reset'],
    ['PUT', '/_mock/clock'],
    ['OPTIONS', '/_mock/clock'],
    ['GET', '/_mock/snapshots/a'],
    ['GET', '/_mock/snapshots//diff/now'],
  ])('and the calls that it lists are all there are: %s %s is not found', async (method, path) => {
    const { status, body } = await rejecting.call(method, path)
    expect([status, body.error]).toEqual([404, 'not-found'])
  })
})
