// What a long move of the clock costs, alone in a process: prints the due items for each second of CPU time as JSON.
const { createMock } = await import(new URL('../../dist/index.js', import.meta.url).href)

const sessions = Number(process.argv[2] ?? 100_000)
const rounds = 5

/** A mock with so many active sessions, each of which ends after a day, and is idle after a month unless it was used. */
async function filled(settings: object) {
  const clock = { start: '2020-02-20T12:00:00Z', frozen: true }
  const mock = createMock({
    clock,
    journal: 0,
    log: () => {},
    settings: { events: [], session_init: '0s', session_lifetime: '1d', ...settings },
  })
  const headers = { authorization: `Token ${mock.token}` }
  const source = { user: 1, type: 'icloud.account', identifier: 'moves@example.com' }
  const body = JSON.stringify({ source, payload: { password: 'joshua' } })
  for (let i = 0; i < sessions; i++) {
    const answer = await mock.fetch('http://localhost/sessions', { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(await answer.text())
  }
  await mock.clock.advance('1s')
  return mock
}

/** The most items that a move runs for each second of CPU time, the threads of the garbage collection included. */
async function rate(mock: Awaited<ReturnType<typeof filled>>, prepare: () => Promise<void>, move: string) {
  await prepare()
  mock.snapshots.save('before')
  let best = 0
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    await mock.clock.advance(move)
    const { user, system } = process.cpuUsage(before)
    best = Math.max(best, sessions / ((user + system) / 1e6))
    mock.snapshots.restore('before')
  }
  return Math.round(best)
}

const ending = await filled({})
const endings = await rate(ending, async () => {}, '2d')

const ended = await filled({ session_idle: '30d' })
const withoutEffect = await rate(ended, () => ended.clock.advance('2d'), '40d')
process.stdout.write(`${JSON.stringify({ sessions, endings, withoutEffect })}\n`)
process.exit(0)
