import { describe, expect, it } from 'vitest'
import { api, controlRoutes, language } from '../support/definition.ts'
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

  it('describes every resource, in the order of the definitions', async () => {
    const { resources } = (await setupControl().get('/_mock')).body
    expect(resources.map(({ name }: { name: string }) => name)).toEqual(Object.keys(api.definitions))
    expect(resources.find(({ name }: { name: string }) => name === 'user')).toEqual({
      name: 'user',
      title: 'Users',
      short_title: null,
      path: '/users',
      emits_events: true,
      id: 'integer',
      states: [
        { name: 'active', tone: 'good', moves: { deactivate: ['deactivated'], block: ['blocked'] } },
        { name: 'deactivated', tone: 'over', moves: { reactivate: ['active'], block: ['blocked'] } },
        { name: 'blocked', tone: 'bad', moves: { reactivate: ['active'] } },
      ],
      attributes: [
        { name: 'organisation', type: 'id', to: 'organisation', nullable: false, hidden: false },
        { name: 'key', type: 'id', to: 'key', nullable: false, hidden: false },
        { name: 'identifier', type: 'text', to: null, nullable: false, hidden: false },
        { name: 'state', type: 'choice', to: null, nullable: false, hidden: false },
        { name: 'date_created', type: 'datetime', to: null, nullable: false, hidden: false },
      ],
      label: 'identifier',
      content: null,
      table: {
        position: 2,
        columns: ['identifier', 'organisation', 'key', 'date_created'],
        hint: 'Make one with POST /users.',
      },
      time_line: null,
      due_work: [],
    })
  })

  it('names the resource of all due work of the API, once', async () => {
    const { resources } = (await setupControl().get('/_mock')).body
    const named = resources.flatMap(({ due_work }: { due_work: string[] }) => due_work)
    expect(named.sort()).toEqual(Object.keys(api.dueWork ?? {}).sort())
  })

  it('lists every action with its targets, and the values of its details, the usual one first', async () => {
    const { actions } = (await setupControl().get('/_mock')).body
    expect(actions.map(({ name }: { name: string }) => name)).toEqual(Object.keys(language.actions))
    const named = (wanted: string) => actions.find(({ name }: { name: string }) => name === wanted)
    expect(named('config.accept')).toMatchObject({ targets: ['storage_config', 'webhook_config'], details: [] })
    expect(named('fault.disarm')).toMatchObject({ targets: [], details: [] })
    expect(named('session.expire').details).toEqual([
      {
        name: 'error',
        options: ['service', 'api', 'organisation', 'admin'].map((value) => ({ value, label: value })),
      },
    ])
    expect(named('key.rotate').details).toEqual([
      {
        name: 'force',
        options: [
          { value: false, label: 'with grace' },
          { value: true, label: 'by force' },
        ],
      },
    ])
    expect(named('source.lock').details[0].options[0]).toEqual({ value: null, label: 'for good' })
  })

  it.each(Object.keys(api.actions))('%s takes each value of its details', async (name) => {
    const { actions } = (await setupControl().get('/_mock')).body
    const { details } = actions.find((one: { name: string }) => one.name === name)
    for (const { name: detail, options } of details) {
      for (const { value } of options) {
        const given = value === null ? {} : { [detail]: value }
        expect(language.actions[name]?.with.safeParse(given).success).toBe(true)
      }
    }
  })

  it('lists the paths of the API, with a star for each parameter', async () => {
    const { paths } = (await setupControl().get('/_mock')).body
    expect(paths).toEqual(expect.arrayContaining(['/users', '/users/*', '/keys/*/rotate']))
    expect(new Set(paths).size).toBe(paths.length)
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
