import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { worldWith } from '../webhooks/world.ts'
import { call, inspect, openTab, started, startSession, useInspector } from './inspecting.ts'

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

  test('copies the command with the token where that may be shown, on plain http too', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { id, token } = await server.mock.worlds.create()
    await fetch(`${server.url}/users`, { headers: { authorization: `Token ${token}` } })
    await call(server, '/users')
    const { tab } = await openTab()
    await tab.goto(`${server.url}/_mock?world=${id}#/requests/1?part=request`)
    await tab.evaluate(() => void Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await tab.click('text=Copy with the token')
    await tab.waitForSelector('.notice:has-text("Copied.")')
    await tab.focus('input[type=search]')
    await tab.keyboard.press('Control+V')
    await expect.poll(() => tab.inputValue('input[type=search]')).toContain(`Authorization: Token ${token}`)
    await tab.goto(`${server.url}/_mock#/requests/1?part=request`)
    await tab.waitForSelector('text=Copy as curl')
    expect(await tab.locator('text=Copy with the token').count()).toBe(0)
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

describe('The pane of a delivery', () => {
  const receiver = createServer((_, response) => response.end())
  beforeAll(() => new Promise<void>((done) => void receiver.listen(0, '127.0.0.1', done)))
  afterAll(() => new Promise((done) => receiver.close(done)))

  test('names its event and record, and says how each attempt was signed', async () => {
    const { port } = receiver.address() as AddressInfo
    const fixtures = [worldWith(`http://127.0.0.1:${port}`)]
    const server = await started({ fixtures, settings: { webhook_copies: ['wrong'] } })
    const [session] = server.mock.db.session.findMany({ where: { state: { equals: 'active' } } })
    server.mock.actions['session.expire']({ where: { id: session?.id as string } })
    await server.mock.clock.advance('0s')
    const { tab } = await inspect(server, 'webhooks')
    await tab.click('.grid-body [role=row]:has-text("session.expired")')
    await tab.waitForSelector('.history >> text=/signed with the current secret/')
    await tab.waitForSelector('.history >> text=/wrong on purpose.*another body; the receiver took it all the same/')
    server.mock.db.webhook_config.update({ where: { id: { equals: 1 } }, data: { secret: 'second' } })
    await tab.click('text=Send again')
    await tab.waitForSelector('.history >> text=/signed with the secret before the current one/')
    await tab.waitForSelector('.facts div:has-text("Event"):has-text("1")')
    await tab.click('.pane .facts >> text=session ')
    await tab.waitForSelector('.history >> text=sent to a webhook')
  })
})

describe('The webhooks view of many deliveries', () => {
  test('loads a page of them, older ones on request, and one by its address', async () => {
    const server = await started({
      generate: { sessions: 600 },
      settings: { webhook_answers: [200] },
    })
    await server.mock.ready
    server.mock.actions['session.expire']({ where: { state: 'active' } })
    const { length } = server.mock.webhooks.deliveries
    expect(length).toBeGreaterThan(200)
    const oldest = server.mock.webhooks.deliveries[0]?.id as string
    const { tab, asked } = await inspect(server, `webhooks/${oldest}`)
    await tab.waitForSelector(`.pane:has-text("${oldest}")`)
    await tab.waitForSelector(`text=200 of the last 200 of ${length}`)
    await tab.click('text=Load 200 older ones')
    await tab.waitForSelector(`text=${length} of ${length}`)
    expect(asked.filter((url) => url.endsWith('/_mock/deliveries'))).toEqual([])
  })
})

describe('The pane of a result', () => {
  test('shows the image that is in the bucket', async () => {
    const base64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const identifier = 'pictures@example.com'
    const accounts = [{ type: 'icloud.account', identifier, files: { a: { base64, type: 'png' } } }] as const
    const server = await started({ scenario: { scenario: 'pictures', accounts } })
    const source = { user: 1, type: 'icloud.account', identifier }
    const { id: session } = await (await call(server, '/sessions', { source, payload: { password: 'x' } })).json()
    await server.mock.clock.advance('0s')
    await call(server, '/polls', { session, payload: { files: ['a'] } })
    await server.mock.clock.advance('0s')
    const [result] = server.mock.db.result.getAll()
    const { tab } = await inspect(server, `records/result/${result?.id}`)
    const image = tab.locator('.pane img.preview')
    await expect.poll(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(1)
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

describe('The cells of a table', () => {
  test('show whole IDs where there is room, and otherwise have their text as their title', async () => {
    const server = await started()
    const [{ id } = { id: '' }] = server.mock.db.session.getAll()
    await call(server, `/sessions/${id}`)
    const { tab } = await inspect(server, 'requests')
    const path = tab.locator(`.cell:has-text("${id}")`).first()
    const isCut = () => path.evaluate((cell) => cell.scrollWidth > cell.clientWidth)
    await path.hover()
    expect([await isCut(), await path.getAttribute('title')]).toEqual([false, ''])
    await tab.setViewportSize({ width: 760, height: 800 })
    await tab.locator('.grid-head .cell').first().hover()
    await path.hover()
    expect([await isCut(), await path.getAttribute('title')]).toEqual([true, `/sessions/${id}`])
  })
})

describe('What comes next', () => {
  test('asks within its column before a move that is far', async () => {
    const { tab } = await inspect(await started({ clock: { frozen: true } }))
    const column = tab.locator('.coming-up')
    await column.locator('.asking > .button').last().click()
    const [outer, inner] = await Promise.all([column.boundingBox(), column.locator('.question').boundingBox()])
    if (!outer || !inner) throw new Error('One of them is not shown.')
    expect(inner.x).toBeGreaterThanOrEqual(outer.x)
    expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width)
  })
})

describe('The worlds view', () => {
  test('counts the worlds beside the first one', async () => {
    const server = await started()
    await server.mock.worlds.create({})
    const { tab } = await inspect(server, 'worlds')
    await expect.poll(() => tab.locator('#worlds-title').innerText()).toBe('Worlds 1')
  })
})
