import { describe, expect, test } from 'vitest'
import { call, inspect, started, startSession, useInspector } from './inspecting.ts'

useInspector()

describe('The records view', () => {
  test('filters and sorts its tables', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server, 'records/session')
    const rows = tab.locator('.grid-body [role=row]')
    await expect.poll(() => rows.count()).toBe(5)
    await tab.fill('input[type=search]', 'failed')
    await expect.poll(() => rows.allInnerTexts()).toHaveLength(1)
    await tab.fill('input[type=search]', '')
    await tab.click('text=Created')
    await expect.poll(() => rows.first().innerText()).toContain('1f6b8e20')
  })

  test('shows new and changed records at once', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server, 'records/session')
    await startSession(server)
    await tab.waitForSelector('.grid-body [role=row]:has-text("pending"):has-text("renate")')
    await tab.click('.clock [data-tone=primary]')
    await tab.waitForSelector('.grid-body [role=row]:has-text("active"):has-text("renate")')
  })

  test('shows what the API sends and hides of a record, and performs its actions', async () => {
    const server = await started({ scenario: 'rotation-grace' })
    await call(server, '/keys/1/rotate', {})
    const { tab } = await inspect(server, 'records/key/1')
    const pane = tab.locator('.pane')
    await expect.poll(() => pane.innerText()).toContain('tokens_in_grace')
    expect(await pane.locator('[aria-label="As the API sends it"]').innerText()).toContain('"resource": "key"')
    await pane.locator('button:has-text("block")').click()
    await expect.poll(() => pane.locator('h2').innerText()).toContain('blocked')
    await expect.poll(() => pane.innerText()).toContain('reactivate')
    expect(server.mock.db.key.findFirst({ where: { id: { equals: 1 } } })?.state).toBe('blocked')
  })

  test('never shows a token or a password', async () => {
    const server = await started({ scenario: 'two-factor' })
    await startSession(server)
    const { tab } = await inspect(server, 'requests/1')
    await tab.waitForSelector('.pane')
    const texts = [await tab.innerText('body')]
    for (const [view, shown] of [
      ['records/key/1', '[aria-label="Details of key 1"]'],
      ['scenario', '[aria-label="Scenario view"]'],
      ['worlds', '[aria-label="Worlds view"]'],
    ] as const) {
      await tab.goto(`${server.url}/_mock#/${view}`)
      await tab.waitForSelector(shown)
      texts.push(await tab.innerText('body'))
    }
    expect(texts.join()).not.toMatch(/joshua|ricloud-mock-token/)
  })
})

describe('The time line', () => {
  test('shows the states of sessions, and advances the clock', async () => {
    const server = await started({ scenario: 'two-factor' })
    await startSession(server, { password: 'joshua' })
    await startSession(server)
    const { tab } = await inspect(server)
    const line = (text: string) => tab.locator(`.line:has-text("${text}")`)
    await expect.poll(() => line('pending').count()).toBe(3)
    await tab.click('text=+1 m')
    await expect.poll(() => line('failed · code-required').count()).toBe(1)
    // New records move the clock on by microseconds.
    expect(server.mock.clock.now()).toContain('2020-02-20T12:01:00.')
    expect(await tab.innerText('.clock-time')).toBe('12:01:00')
  })

  test('shows a grace period and due work, and advances the clock to it', async () => {
    const server = await started({ scenario: 'rotation-grace' })
    const { tab } = await inspect(server)
    await tab.click('.clock [data-tone=primary]')
    await tab.waitForSelector('.grace[data-over=false]')
    const coming = tab.locator('.coming-up li:has-text("key.revoke_token")')
    expect(await coming.innerText()).toContain('in 6 h')
    await coming.locator('button:has-text("Go")').click()
    await tab.waitForSelector('.grace[data-over=true]')
    expect(server.mock.clock.now()).toBe('2020-02-20T18:30:00.000000Z')
  })

  test('runs the clock, changes its speed, and freezes it', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server)
    await tab.selectOption('[aria-label="Speed of the clock"]', '3600')
    await tab.waitForSelector('text=running × 3600')
    await expect.poll(() => tab.innerText('.clock-time')).not.toBe('12:00:00')
    await tab.click('text=Freeze')
    await tab.waitForSelector('text=frozen')
    expect(server.mock.clock.frozen).toBe(true)
  })

  test('zooms and pans by keyboard and pointer', async () => {
    const { tab } = await inspect(await started({ scenario: 'two-factor' }))
    const ticks = () => tab.locator('.tick').allInnerTexts()
    const plot = tab.locator('.time-line')
    const seen = [await ticks()]
    await plot.focus()
    for (const key of ['-', 'ArrowLeft', '0']) {
      await tab.keyboard.press(key)
      await expect.poll(ticks).not.toEqual(seen.at(-1))
      seen.push(await ticks())
    }
    await tab.mouse.move(700, 400)
    await tab.mouse.down()
    await tab.mouse.move(400, 400, { steps: 4 })
    await tab.mouse.up()
    await expect.poll(ticks).not.toEqual(seen.at(-1))
    expect(tab.url()).not.toContain('records')
  })
})

describe('The requests view', () => {
  test('shows calls at once, with what decided them and what they ignored', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server, 'requests')
    await tab.waitForSelector('text=No call has come yet')
    server.mock.faults.arm({ on: 'GET /sources/*', first: 1, answer: { status: 503 } })
    await call(server, '/sources/1')
    await call(server, '/users?colour=red')
    await tab.waitForSelector('[role=row]:has-text("503"):has-text("fault (GET /sources/*")')
    await tab.click('[role=row]:has-text("colour")')
    expect(await tab.innerText('.pane')).toContain('Ignored')
    await tab.click('.parts >> text=Request')
    await tab.click('text=Copy as curl')
    await expect
      .poll(() => tab.evaluate(() => navigator.clipboard.readText()))
      .toContain(`curl '${server.url}/users?colour=red' \\\n  -H "Authorization: Token $RICLOUD_TOKEN"`)
  })
})

describe('The scenario view', () => {
  test('shows which steps fired, loads another scenario, and resets', async () => {
    const server = await started({ scenario: 'rotation-grace' })
    const { tab } = await inspect(server, 'scenario')
    await tab.waitForSelector('li:has-text("waits"):has-text("key.rotate")')
    await tab.click('text=+1 h')
    await tab.waitForSelector('li:has-text("fired"):has-text("key.rotate")')
    await tab.click('button:has-text("Reset")')
    await tab.waitForSelector('li:has-text("waits"):has-text("key.rotate")')
    await tab.selectOption('text=Play another', 'two-factor')
    await tab.click('button:has-text("Load")')
    await tab.waitForSelector('#scenario-title:has-text("two-factor")')
    expect(server.mock.scenario.name).toBe('two-factor')
  })

  test('shows settings, accounts and test identifiers, and filters all of its lists', async () => {
    const server = await started({ scenario: 'two-factor', settings: { session_lifetime: '14d' } })
    const { tab } = await inspect(server, 'scenario')
    await tab.waitForSelector('[data-set=true]:has-text("session_lifetime"):has-text("14d")')
    await tab.waitForSelector('[data-set=false]:has-text("session_idle"):has-text("none")')
    const accounts = tab.locator('[aria-label="Accounts"] li')
    await expect
      .poll(() => accounts.first().innerText())
      .toMatch(/not used\s+icloud\.account renate@example\.com\s+password, code/)
    await startSession(server)
    await expect.poll(() => accounts.first().innerText()).toMatch(/^used/)
    await tab.waitForSelector('[aria-label="Test identifiers"] li:has-text("A1B2C3")')
    await tab.fill('input[type=search]', 'slow -data')
    await expect.poll(() => tab.locator('.cards li').allInnerTexts()).toHaveLength(1)
    await tab.waitForSelector('[aria-label="Test identifiers"] .count:has-text("1 of")')
    await tab.fill('input[type=search]', 'name:session_lifetime')
    await expect.poll(() => tab.locator('[data-set]').count()).toBe(1)
    expect(tab.url()).toContain('/scenario')
  })

  test('arms a fault, counts it, and disarms it; shows the error for an invalid one', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server, 'scenario')
    await tab.fill('[list]', '/nowhere')
    await tab.click('button:text-is("Arm")')
    await tab.waitForSelector('.notice[data-error=true]:has-text("names no call")')
    await tab.fill('[list]', '/users/*')
    await tab.click('button:text-is("Arm")')
    await tab.waitForSelector('li:has-text("armed"):has-text("struck 0")')
    expect((await call(server, '/users/1')).status).toBe(503)
    await tab.waitForSelector('li:has-text("struck 1")')
    await tab.click('button:text-is("Disarm")')
    await tab.waitForSelector('li:has-text("disarmed")')
  })
})

describe('The worlds view', () => {
  test('filters worlds, and the snapshots view snapshots', async () => {
    const server = await started({ scenario: 'two-factor' })
    await server.mock.worlds.create({ scenario: 'rotation-grace' })
    for (const name of ['before', 'after']) server.mock.snapshots.save(name)
    const { tab } = await inspect(server, 'worlds?filter=rotation')
    await expect.poll(() => tab.locator('.worlds li').allInnerTexts()).toHaveLength(1)
    await tab.click('.tabs >> text=Snapshots')
    await tab.fill('input[type=search]', '-before')
    await expect.poll(() => tab.locator('.steps li').allInnerTexts()).toHaveLength(1)
    await tab.waitForSelector('.steps li:has-text("after")')
  })

  test('creates, shows and deletes worlds', async () => {
    const server = await started({ scenario: 'two-factor' })
    const { tab } = await inspect(server, 'worlds')
    await tab.selectOption('.form select', 'rotation-grace')
    await tab.click('text=Make a world')
    await tab.waitForSelector('.brand:has-text("rotation-grace")')
    await tab.selectOption('[aria-label=World]', '')
    await tab.waitForSelector('.brand:has-text("two-factor")')
    await tab.click('button:text-is("End w1")')
    await tab.click('[role=alertdialog] >> text=Yes')
    await tab.waitForSelector('text=There is only the first one')
    expect(server.mock.worlds.list()).toEqual([])
  })
})
