import type { Page as Tab } from '@playwright/test'
import { describe, expect, test } from 'vitest'
import { call, expectAccessible, inspect, openTab, started, startSession, useInspector } from './inspecting.ts'

useInspector()

/** The views by their paths, and what is in each once it is shown. */
const views = {
  time: '[aria-label="Time line view"] .line',
  'records/session': '[aria-label="Records view"] .grid-body [role=row]',
  'records/key/1': '[aria-label="Details of key 1"]',
  requests: '[aria-label="Requests view"] .grid-body [role=row]',
  'requests/1': '[aria-label="Requests view"] .pane',
  webhooks: '[aria-label="Webhooks view"] .grid-body [role=row]',
  'records/event': '[aria-label="Records view"] .grid-body [role=row]',
  scenario: '[aria-label="Scenario view"] .card',
  snapshots: '[aria-label="Snapshots view"] .card',
  worlds: '[aria-label="Worlds view"] .card',
}

/** The rules of axe that depend on colours: the elements are the same in all of them. */
const aboutColours = ['color-contrast', 'link-in-text-block']

/** Waits until what a new window asks for is drawn. */
const drawn = (tab: Tab) =>
  tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

/** The colours of a system, and the rules that are applied in them: all of them in the first. */
const colours = {
  'light colours': { media: { colorScheme: 'light', forcedColors: 'none' }, rules: undefined },
  'dark colours': { media: { colorScheme: 'dark', forcedColors: 'none' }, rules: aboutColours },
  'light forced colours': { media: { colorScheme: 'light', forcedColors: 'active' }, rules: aboutColours },
  'dark forced colours': { media: { colorScheme: 'dark', forcedColors: 'active' }, rules: aboutColours },
} as const

/** Expects that nothing on a page is inaccessible in any colours. */
async function expectAccessibleInAllColours(tab: Tab): Promise<void> {
  for (const [name, { media, rules }] of Object.entries(colours)) {
    await tab.emulateMedia(media)
    await drawn(tab)
    await expectAccessible(tab, rules && [...rules], name)
  }
}

describe('The page in light, dark and forced colours', () => {
  test('no accessibility violations in any view, and nothing wider than it, wide and narrow', async () => {
    const server = await started({ scenario: 'rotation-grace', settings: { webhook_answers: [503, 200] } })
    await startSession(server)
    server.mock.actions['session.expire']({ where: { state: 'active' } })
    await call(server, '/users/99?colour=red')
    await server.mock.clock.advance('1h')
    const { tab } = await inspect(server)
    for (const [view, shown] of Object.entries(views)) {
      await tab.goto(`${server.url}/_mock#/${view}`)
      await tab.waitForSelector(shown)
      for (const [width, height] of [
        [1280, 800],
        [360, 700],
      ] as const) {
        await tab.setViewportSize({ width, height })
        await expectAccessibleInAllColours(tab)
      }
      const wide = await tab.evaluate(() =>
        Array.from(document.querySelectorAll('html, .grid, .time-line, .cards, .pane-body'))
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ className }) => className),
      )
      expect(wide, view).toEqual([])
    }
  })

  test('no accessibility violations in an empty world', async () => {
    const server = await started({ scenario: 'empty' })
    const { tab } = await inspect(server)
    for (const [view, label] of [
      ['time', 'Time line'],
      ['records/session', 'Records'],
      ['requests', 'Requests'],
    ]) {
      await tab.goto(`${server.url}/_mock#/${view}`)
      await tab.waitForSelector(`[aria-label="${label} view"] .empty`)
      await expectAccessibleInAllColours(tab)
    }
  })
})

describe('The clock bar on a phone', () => {
  test('has at most three rows, and no button beyond the edge', async () => {
    const { tab } = await inspect(await started({ scenario: 'default' }), 'time', { width: 375, height: 760 })
    expect((await tab.locator('.clock').boundingBox())?.height).toBeLessThan(150)
    const edge = await tab.evaluate(() =>
      Math.max(...Array.from(document.querySelectorAll('.clock *'), (one) => one.getBoundingClientRect().right)),
    )
    expect(edge).toBeLessThanOrEqual(375)
  })
})

describe('The page', () => {
  test('can be used by keyboard alone: to a table, down its rows, into a record and back', async () => {
    const { tab } = await inspect(await started({ scenario: 'two-factor' }), 'records/session')
    await tab.waitForSelector('.grid-body [role=row]')
    const focused = () =>
      tab.evaluate(() => document.activeElement?.getAttribute('role') ?? document.activeElement?.textContent)
    for (let i = 0; i < 60 && (await focused()) !== 'grid'; i++) await tab.keyboard.press('Tab')
    expect(await focused()).toBe('grid')
    await tab.keyboard.press('ArrowDown')
    const row = await tab.getAttribute('[role=grid]', 'aria-activedescendant')
    expect(await tab.locator(`[id="${row}"]`).innerText()).toContain('b81f3c6e')
    await tab.keyboard.press('Enter')
    await tab.waitForSelector('.pane:has-text("b81f3c6e")')
    await tab.keyboard.press('Tab')
    for (let i = 0; i < 20 && (await focused()) !== '✕'; i++) await tab.keyboard.press('Tab')
    await tab.keyboard.press('Escape')
    await tab.waitForSelector('.pane', { state: 'detached' })
  })

  test('requests only its server, and keeps to its Content-Security-Policy', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab, faults, asked } = await inspect(server)
    for (const view of ['Records', 'Requests', 'Webhooks', 'Scenario', 'Snapshots', 'Worlds', 'Time line'])
      await tab.click(`.tabs >> text=${view}`)
    expect(asked.filter((url) => !url.startsWith(`${server.url}/_mock`))).toEqual([])
    expect(faults).toEqual([])
    expect(server.mock.requests.count).toBe(0)
  })

  test('runs no injected script and connects to no other server', async () => {
    const { tab } = await inspect(await started({ scenario: 'two-factor' }))
    const outcome = await tab.evaluate(async () => {
      const script = document.createElement('script')
      const refused: string[] = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective))
      try {
        script.text = 'window.wasRun = true'
      } catch {
        refused.push('assigned')
      }
      document.body.append(script)
      await fetch('http://127.0.0.1:9/').catch(() => {})
      while (!refused.includes('connect-src')) await new Promise((done) => setTimeout(done, 10))
      return { refused, wasRun: 'wasRun' in window }
    })
    expect(outcome.wasRun).toBe(false)
    expect(outcome.refused).toContain('connect-src')
  })

  test('asks for the control token once per tab', async () => {
    const server = await started({ scenario: 'two-factor', controlToken: 'open-sesame' })
    const { tab } = await openTab()
    await tab.goto(`${server.url}/_mock`)
    await tab.fill('input[type=password]', 'wrong')
    await tab.click('button[type=submit]')
    await tab.waitForSelector('input[type=password]')
    await expectAccessible(tab)
    await tab.fill('input[type=password]', 'open-sesame')
    await tab.click('button[type=submit]')
    await tab.waitForSelector('.connection[data-connection=live]')
    await tab.reload()
    await tab.waitForSelector('.connection[data-connection=live]')
    await tab.click('text=+1 h')
    await tab.waitForSelector('text=13:00:00')
  })

  test('shows the world in its URL, or the first one if that does not exist', async () => {
    const server = await started({ scenario: 'two-factor' })
    await server.mock.worlds.create({ scenario: 'rotation-grace' })
    const { tab } = await openTab()
    for (const [world, scenario] of [
      ['w1', 'rotation-grace'],
      ['w9', 'two-factor'],
    ]) {
      await tab.goto(`${server.url}/_mock?world=${world}`)
      await tab.waitForSelector(`.brand:has-text("${scenario}")`)
      await tab.waitForSelector('.connection[data-connection=live]')
    }
  })
})
