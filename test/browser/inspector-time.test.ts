import { describe, expect, test } from 'vitest'
import { call, inspect, started, startSession, useInspector } from './inspecting.ts'

useInspector()

async function polled() {
  const server = await started({
    scenario: 'default',
    clock: { start: '2020-02-20T12:00:00Z', frozen: true },
    settings: { task_duration: '10m' },
  })
  const { id } = (await (await startSession(server)).json()) as { id: string }
  await server.mock.clock.advance('1m')
  const payload = { data_types: ['ios_messages.messages', 'messages.sms'] }
  const poll = (await (await call(server, '/polls', { session: id, payload })).json()) as { id: string }
  await call(server, '/subscriptions', { session: id, poll_payload: payload, interval: 7200 })
  await server.mock.clock.advance('5h')
  return { server, poll: poll.id }
}

describe('The time line', () => {
  test('shows a poll below its session with its tasks and results, and a subscription with its next polls', async () => {
    const { server } = await polled()
    const { tab } = await inspect(server)
    const line = (text: string) => tab.locator(`.line:has-text("${text}")`)
    await line('2 tasks succeeded, 2 results available').waitFor()
    expect(await line('2 tasks succeeded').locator('.part').count()).toBeGreaterThan(1)
    const subscription = line('polls completed')
    await tab.click('[aria-label="Zoom out"]')
    await expect.poll(() => subscription.locator('.repeat').count()).toBeGreaterThan(1)
    await subscription.locator('.part').first().click()
    await tab.waitForSelector('.pane h2:has-text("poll")')
  })

  test('shows the calls in a lane, and a mark leads to its call', async () => {
    const { server } = await polled()
    const { tab } = await inspect(server)
    await tab.locator('.lane:has-text("Requests") .moment').first().click()
    await tab.waitForSelector('.pane h2:has-text("/sessions")')
  })

  test('magnifies a short life, goes back, marks at its edge where now is, and fits the world', async () => {
    const { server } = await polled()
    const { tab } = await inspect(server)
    const ticks = () => tab.locator('.tick').allInnerTexts()
    await tab.waitForSelector('.line:has-text("2 tasks succeeded")')
    const usual = await ticks()
    await tab.click('.line:has-text("2 tasks succeeded")')
    await tab.click('text=Magnify')
    await expect.poll(ticks).not.toEqual(usual)
    await tab.waitForSelector('.edge:has-text("now ▸")')
    await tab.click('text=Magnify')
    await tab.waitForSelector('.edge', { state: 'detached' })
    await tab.click('text=Fit')
    await expect.poll(async () => (await ticks()).join()).toContain('12:00')
    expect(await tab.locator('.now-line').count()).toBe(1)
  })

  test('has room for its bars in a low window, such as one at 200% zoom', async () => {
    const { tab } = await inspect(await started({ scenario: 'two-factor' }), 'time', { width: 700, height: 450 })
    await tab.waitForSelector('.line')
    const height = await tab.locator('.time-view .list').evaluate(({ clientHeight }) => clientHeight)
    expect(height).toBeGreaterThanOrEqual(320)
    await tab.locator('.coming-up').scrollIntoViewIfNeeded()
  })

  test('flips labels before the edge, and none is crossed by the now line or leaves the plot', async () => {
    const { server } = await polled()
    await server.mock.clock.advance('40m')
    const { tab } = await inspect(server)
    const label = tab.locator('.line:has-text("2 results available") .line-state')
    const side = () => label.getAttribute('data-side')
    const clear = () =>
      tab.evaluate(() => {
        const now = document.querySelector('.now-line')?.getBoundingClientRect().left ?? Number.NaN
        const plot = document.querySelector('.line-plot')?.getBoundingClientRect()
        return Array.from(document.querySelectorAll('.line-state'), (label) => label.getBoundingClientRect()).every(
          ({ left, right }) =>
            (right <= now || left >= now) && left >= (plot?.left ?? 0) && right <= (plot?.right ?? Number.NaN),
        )
      })
    await label.waitFor()
    const sides = new Set<string | null>()
    for (let i = 0; i < 6; i++) {
      sides.add(await side())
      expect(await clear()).toBe(true)
      const before = await tab.locator('.tick').allInnerTexts()
      await tab.click('[aria-label="Zoom out"]')
      await expect.poll(() => tab.locator('.tick').allInnerTexts()).not.toEqual(before)
    }
    expect([...sides]).toEqual(expect.arrayContaining(['after', 'before']))
  })

  test.each([1400, 2560])('has its filter, buttons and keys in one row at %d pixels', async (width) => {
    const { tab } = await inspect(await started({ scenario: 'two-factor' }), 'time', { width })
    await tab.waitForSelector('.line')
    expect(await tab.locator('.time-view .bar').evaluate(({ clientHeight }) => clientHeight)).toBeLessThan(70)
    expect(await tab.locator('.keys').isVisible()).toBe(width === 2560)
  })

  test('has names as wide as wanted, by arrow keys', async () => {
    const { tab } = await inspect((await polled()).server)
    const width = () => tab.evaluate(() => document.querySelector('.line-label')?.getBoundingClientRect().width ?? 0)
    await tab.waitForSelector('.line')
    const before = await width()
    await tab.focus('.names-handle')
    await tab.keyboard.press('ArrowRight')
    await expect.poll(width).toBe(before + 16)
    await expect.poll(() => tab.url()).toContain('names=248')
  })
})

describe('The pane of a result', () => {
  test('shows the JSON that is in the bucket, folded, from the mock alone', async () => {
    const { server, poll } = await polled()
    const { tab, asked, faults } = await inspect(server, `time/poll/${poll}`)
    await tab.click('.pane dd:has-text("available") .link')
    await tab.waitForSelector('.tree details')
    expect(asked.filter((url) => !url.startsWith(`${server.url}/_mock`))).toEqual([])
    expect(faults).toEqual([])
  })
})
