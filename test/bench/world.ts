// The costs of a world, alone in a process: prints JSON of microseconds.
const { createMock } = await import(new URL('../../dist/index.js', import.meta.url).href)

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const timed = (work: () => void) => {
  const begun = performance.now()
  work()
  return (performance.now() - begun) * 1000
}
const often = (times: number, work: () => void) => median(Array.from({ length: times }, () => timed(work)))

const first = timed(() => createMock())
const another = often(200, () => createMock())
const mock = createMock()
const reset = often(200, () => mock.reset())
const many = createMock({ generate: { users: 100, sources: 100, sessions: 9800 } })
await many.ready
const resetMany = often(50, () => many.reset())

/** A retrieve, in turns with and without a hundred armed rules that could match it. */
const steps = Array.from({ length: 50 }, () => ({ on: 'GET /users/*', nth: 1e9, do: 'user.block' }))
const faults = Array.from({ length: 50 }, () => ({ on: 'GET /users/*', nth: 1e9, answer: { status: 503 } }))
const worlds = [createMock(), createMock({ scenario: { scenario: 'rules', steps, faults } })]
const costs: number[][] = [[], []]
for (let round = 0; round < 40; round++) {
  for (const [i, world] of worlds.entries()) {
    const begun = performance.now()
    for (let call = 0; call < 500; call++) {
      await world.fetch(
        new Request('http://localhost/users/1', { headers: { authorization: 'Token ricloud-mock-token' } }),
      )
    }
    costs[i]?.push(((performance.now() - begun) * 1000) / 500)
  }
}
const [without, with100] = costs.map(median)
process.stdout.write(JSON.stringify({ first, another, reset, resetMany, without, with100 }))
