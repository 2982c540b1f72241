import { describe, expect, test } from 'vitest'
import { call, inspect, started, startSession, useInspector } from './inspecting.ts'

useInspector()

describe('The pane of a request', () => {
  test('says why first, has the answer and the request, and marks what a command lacks', async () => {
    const server = await started({ scenario: 'two-factor' })
    await startSession(server)
    await call(server, '/users/99')
    const { tab } = await inspect(server, 'requests')
    await tab.click('[role=row]:has-text("/users/99")')
    await tab.waitForSelector('.why:has-text("99")')
    await tab.click('.parts >> text=Answer')
    await tab.waitForSelector('[aria-label="Body of the answer"]:has-text("not-found")')
    await tab.click('[role=row]:has-text("/sessions")')
    await tab.click('.parts >> text=Request')
    await tab.click('text=Copy as curl')
    await expect
      .poll(() => tab.evaluate(() => navigator.clipboard.readText()))
      .toContain('# replace [redacted] in body.payload.password')
  })

  test('that a fault struck does not say that the token was refused', async () => {
    const server = await started({ scenario: 'two-factor' })
    server.mock.faults.arm({ on: 'GET /sources/*', first: 1, answer: { status: 503 } })
    await call(server, '/sources/1')
    const { tab } = await inspect(server, 'requests/1')
    await tab.waitForSelector('.why:has-text("fault")')
    expect(await tab.innerText('.pane')).not.toContain('refused')
    await tab.click('.tabs >> text=Scenario')
    await tab.waitForSelector('li:has-text("spent"):has-text("struck 1")')
  })

  test('is closed when the journal is emptied', async () => {
    const server = await started({ scenario: 'two-factor' })
    await call(server, '/users')
    const { tab } = await inspect(server, 'requests/1')
    await tab.waitForSelector('.pane')
    await tab.click('text=Empty the journal')
    await tab.waitForSelector('.pane', { state: 'detached' })
  })
})

describe('The webhooks view', () => {
  test('has a row for each notification with its attempts, and sends one again', async () => {
    const server = await started({ scenario: 'default', settings: { webhook_answers: [503, 500, 200] } })
    const [active] = server.mock.db.session.findMany({ where: { state: { equals: 'active' } } })
    server.mock.actions['session.expire']({ where: { id: active?.id as string } })
    await server.mock.clock.advance('10m')
    const { tab } = await inspect(server, 'webhooks')
    const row = tab.locator('.grid-body [role=row]:has-text("session.expired")')
    await expect.poll(() => row.locator('.attempts').innerText()).toMatch(/503\s*500\s*200/)
    await row.click()
    await tab.waitForSelector('.why:has-text("after 3 attempts")')
    await tab.click('text=Send again')
    await expect.poll(() => row.locator('.attempts .mark').count()).toBe(4)
  })
})

describe('The pane of a key', () => {
  test('says until when the replaced token works, without showing it, and tells two apart', async () => {
    const server = await started({ scenario: 'default', clock: { start: '2020-02-20T12:00:00Z', frozen: true } })
    await call(server, '/keys/1/rotate', {})
    await server.mock.clock.advance('1h')
    const { token } = server.mock
    server.mock.actions['key.rotate']({ where: { id: 1 } })
    const { tab } = await inspect(server, 'records/key/1')
    await tab.waitForSelector('text=old token 1, replaced 20 Feb 2020, 12:00:00')
    await tab.waitForSelector('text=/ends 20 Feb 2020, 19:00:00, in 6 h/')
    expect(await tab.innerText('.pane')).not.toContain(token)
  })
})

describe.each(['light', 'dark'] as const)('In forced colours, %s', (scheme) => {
  test('bars, marks and the present have borders or colours of the system', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server, 'time', { scheme })
    await tab.emulateMedia({ forcedColors: 'active' })
    await tab.waitForSelector('.period')
    const seen = await tab.evaluate(() => {
      const canvas = getComputedStyle(document.querySelector('.time-line') as Element).backgroundColor
      const styleOf = (selector: string) => getComputedStyle(document.querySelector(selector) as Element)
      return {
        bar: styleOf('.period').borderTopStyle,
        now: styleOf('.now-line').backgroundColor !== canvas,
        tab: styleOf('.tabs [aria-current]').outlineStyle,
      }
    })
    expect(seen).toEqual({ bar: 'solid', now: true, tab: 'solid' })
  })
})
