import { describe, expect, test } from 'vitest'
import { call, inspect, started, startSession, useInspector } from './inspecting.ts'

useInspector()

const clock = { start: '2020-02-20T12:00:00Z', frozen: true } as const

describe('The pane of a refused call', () => {
  test('says of a 401 which key the token was of, and when it was replaced and revoked', async () => {
    const server = await started({ scenario: 'default', clock })
    const { token } = server.mock
    await call(server, '/keys/1/rotate', {})
    await server.mock.clock.advance('7h')
    await fetch(`${server.url}/users`, { headers: { authorization: `Token ${token}` } })
    const { tab } = await inspect(server, 'requests/2')
    await tab.waitForSelector('.why >> text=/key 1.*replaced.*2020-02-20T12:00:00.*revoked at 2020-02-20T18:00:00/')
  })

  test('says of a 404 that the record belongs to another organisation', async () => {
    const server = await started({ scenario: 'two-organisations' })
    const other = server.mock.db.user.getAll().find(({ organisation }) => organisation === 2)
    await call(server, `/users/${other?.id}`)
    const { tab } = await inspect(server, 'requests/1')
    await tab.waitForSelector('.why >> text=/belongs to the organisation 2; the token is of the organisation 1/')
  })

  test('says of a 403 which scope is missing', async () => {
    const server = await started({ scenario: 'missing-scope' })
    await call(server, '/sources', { user: 1, type: 'mocks.mock', identifier: 'a' })
    const { tab } = await inspect(server, 'requests/1')
    await tab.waitForSelector('.why >> text=/do not include source_type:mocks.mock/')
  })
})

describe('The requests view', () => {
  test('says in a row what the call was about and how that ended', async () => {
    const server = await started({ scenario: 'two-factor' })
    await startSession(server, { password: 'joshua' })
    await server.mock.clock.advance('1m')
    const { tab } = await inspect(server, 'requests')
    await tab.waitForSelector('[role=row]:has-text("/sessions"):has-text("renate@example.com → failed, code-required")')
  })
})

describe('The requests view at 375 pixels', () => {
  test('says on a second line what the call was about', async () => {
    const server = await started({ scenario: 'two-factor' })
    await startSession(server, { password: 'joshua' })
    await server.mock.clock.advance('1m')
    const { tab } = await inspect(server, 'requests', { width: 375, height: 700 })
    const about = tab.locator('.grid-body .cell:has-text("renate@example.com → failed, code-required")')
    await about.waitFor()
    const path = tab.locator('.grid-body .cell:has-text("/sessions")')
    const [above, below] = [await path.boundingBox(), await about.boundingBox()]
    expect(below?.y).toBeGreaterThanOrEqual((above?.y ?? 0) + 10)
  })
})

describe('The pane of a failed session', () => {
  test('says once how its error is sent as documented', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { id } = (await (await startSession(server, { password: 'joshua' })).json()) as { id: string }
    await server.mock.clock.advance('1m')
    const { tab } = await inspect(server, `records/session/${id}`)
    await tab.waitForSelector('.why >> text=no code was sent')
    expect((await tab.innerText('.why')).match(/as documented/g)).toHaveLength(1)
  })
})

describe('The pane of an event', () => {
  test('says how its delivery went, leads to its record, and sends it again', async () => {
    const server = await started({ scenario: 'default', settings: { webhook_answers: [503] } })
    const [session] = server.mock.db.session.findMany({ where: { state: { equals: 'active' } } })
    server.mock.actions['session.expire']({ where: { id: session?.id as string } })
    await server.mock.clock.advance('3d')
    const [event] = server.mock.db.event.getAll()
    const { tab } = await inspect(server, `records/event/${event?.id}`)
    await tab.waitForSelector('.why >> text=It was given up after 5 attempts.')
    expect(await tab.innerText('.pane')).not.toContain('initial state')
    await tab.click('.pane >> text=Send again')
    await tab.waitForSelector('.pane >> text=/^6 attempts to/')
    await tab.waitForSelector('.pane dt:text-is("session")')
  })
})

describe('The webhooks view', () => {
  test('names the record that a notification is about, and finds it by that', async () => {
    const server = await started({ scenario: 'two-factor', settings: { webhook_answers: [200] } })
    await startSession(server)
    await server.mock.clock.advance('1m')
    server.mock.actions['session.expire']({ where: { state: 'active' } })
    const { tab } = await inspect(server, 'webhooks?filter=renate')
    const rows = tab.locator('.grid-body [role=row]')
    await expect.poll(() => rows.allInnerTexts()).toEqual([expect.stringContaining('renate@example.com')])
  })
})

describe('The scenario view', () => {
  test('of a scenario without steps says that settings decide', async () => {
    const { tab } = await inspect(await started({ scenario: 'two-factor' }), 'scenario')
    await tab.waitForSelector('.card >> text=/calls, accounts and settings decide/')
  })
})
