import { describe, expect, test } from 'vitest'
import { inspect, openTab, started, startSession, useInspector } from './inspecting.ts'

useInspector()

describe('What the page does', () => {
  test('is told with its effects, and can be undone and compared', async () => {
    const server = await started({ scenario: 'service-expiry' })
    await startSession(server)
    await server.mock.clock.advance('1m')
    const { tab } = await inspect(server)
    const before = server.mock.clock.now()
    await tab.click('text=+24 h')
    await tab.waitForSelector('.notice:has-text("+24 h: "):has-text("expired")')
    await tab.click('.notice >> text=Compare')
    await tab.waitForSelector('.changes li:has-text("active → expired")')
    await tab.click('.notice >> text=Undo')
    await tab.waitForSelector('.notice:has-text("Undone")')
    expect(server.mock.clock.now()).toBe(before)
    await tab.waitForSelector('.pane:has-text("They are the same.")')
    await tab.waitForSelector('.steps li:has-text("before “+24 h”")')
  })

  test('a call is rewound to from its pane, and that can be undone', async () => {
    const server = await started({ scenario: 'service-expiry' })
    await startSession(server)
    const before = server.mock.db.session.count()
    await startSession(server, { password: 'wrong' })
    await server.mock.clock.advance('1h')
    const { tab } = await inspect(server, 'requests/2')
    await tab.click('.pane >> text=Rewind to before this call')
    await tab.waitForSelector('.notice:has-text("Rewind to before request 2: it is ")')
    expect(server.mock.requests.list().map(({ id }) => id)).toEqual([1])
    expect(server.mock.db.session.count()).toBe(before)
    await tab.waitForSelector('.pane', { state: 'detached' })
    await tab.click('.notice >> text=Undo')
    await expect.poll(() => server.mock.db.session.count()).toBe(before + 1)
  })

  test('a reset and another scenario can be undone too', async () => {
    const server = await started({ scenario: 'two-factor' })
    await startSession(server)
    const { tab } = await inspect(server, 'scenario')
    await tab.click('text=Reset the world')
    await expect.poll(() => server.mock.db.session.count()).toBe(5)
    await tab.click('.notice >> text=Undo')
    await expect.poll(() => server.mock.db.session.count()).toBe(6)
    await tab.selectOption('text=Play another', 'rotation-grace')
    await tab.click('text=Load rotation-grace')
    await tab.waitForSelector('#scenario-title:has-text("rotation-grace")')
    await tab.click('.notice >> text=Undo')
    await tab.waitForSelector('#scenario-title:has-text("two-factor")')
  })
})

describe('The clock', () => {
  test('asks before it goes further than 30 days, and Escape withdraws the question', async () => {
    const server = await started({ scenario: 'default' })
    const { tab } = await inspect(server)
    const next = tab.locator('.clock button:has-text("31 Dec 2099")')
    await next.click()
    await tab.waitForSelector('[role=alertdialog]:has-text("31 Dec 2099")')
    await tab.keyboard.press('Escape')
    await tab.waitForSelector('[role=alertdialog]', { state: 'detached' })
    expect(await next.getAttribute('data-tone')).toBeNull()
    expect(server.mock.clock.now()).not.toContain('2099')
  })

  test('is moved by any duration and to any instant, and the error of another text is shown', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server)
    const move = async (text: string) => {
      await tab.fill('[aria-label="A duration or an instant"]', text)
      await tab.click('button:text-is("Move")')
    }
    await move('1h30m')
    await tab.waitForSelector('.clock-time:text-is("13:30:00")')
    await move('2020-03-01 08:15')
    await tab.waitForSelector('.clock-time:text-is("08:15:00")')
    await move('tomorrow')
    await tab.waitForSelector('.notice[data-error=true]:has-text("tomorrow")')
  })

  test('does not go on, and its buttons are off, while the server does not answer', async () => {
    const server = await started({ scenario: 'two-factor', clock: { frozen: false } })
    const { tab } = await inspect(server)
    await server.close({ now: true })
    await tab.waitForSelector('.connection[data-connection=lost]')
    const shown = await tab.innerText('.clock-time')
    expect(await tab.isDisabled('text=+1 h')).toBe(true)
    await tab.waitForTimeout(1200)
    expect(await tab.innerText('.clock-time')).toBe(shown)
    expect(await tab.innerText('.clock-state')).toBe('was running')
  })
})

describe('What comes next', () => {
  test('is fresh within moments of a call: the session that is due in 2 s is in it', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server)
    await startSession(server)
    await tab.waitForSelector('.coming-up li:has-text("in 2 s"):has-text("renate@example.com")')
    await server.mock.clock.advance('1m')
    await tab.waitForSelector('.coming-up li:has-text("in 2 s")', { state: 'detached' })
  })
})

describe('Snapshots', () => {
  test('are saved, listed, restored and deleted', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server, 'snapshots')
    await tab.fill('[placeholder="before-the-deploy"]', 'mine')
    await tab.click('button:text-is("Save the present state")')
    const mine = tab.locator('.steps li:has-text("mine")')
    await mine.waitFor()
    await server.mock.clock.advance('1h')
    await mine.locator('text=Restore').click()
    await tab.waitForSelector('.clock-time:text-is("12:00:00")')
    await mine.locator('text=Delete').click()
    await mine.waitFor({ state: 'detached' })
    expect(server.mock.snapshots.list()).toEqual([])
  })
})

test('A wrong control token is said to be wrong', async () => {
  const server = await started({ scenario: 'two-factor', controlToken: 'open-sesame' })
  const { tab } = await openTab()
  await tab.goto(`${server.url}/_mock`)
  await tab.waitForSelector('input[type=password]')
  expect(await tab.locator('.wrong').count()).toBe(0)
  await tab.fill('input[type=password]', 'wrong')
  await tab.click('button[type=submit]')
  await tab.waitForSelector('.wrong')
})
