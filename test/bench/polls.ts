// What many polls cost, alone in a process started with --expose-gc: prints JSON.
const { createMock } = await import(new URL('../../dist/index.js', import.meta.url).href)

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {})
const settings = { webhook_answers: [200] }
const payload = { data_types: ['bench.a', 'bench.b', 'bench.c'] }

async function setup(more: object = {}, options: object = {}) {
  const clock = { start: '2020-02-20T12:00:00Z', frozen: true }
  const mock = createMock({ clock, settings: { ...settings, ...more }, log: () => {}, ...options })
  const send = async (method: string, path: string, body?: object) => {
    const request = { method, headers: { authorization: `Token ${mock.token}` }, body: body && JSON.stringify(body) }
    const answer = await mock.fetch(`http://localhost${path}`, request)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`)
    return text
  }
  const call = async (method: string, path: string, body?: object) => JSON.parse(await send(method, path, body))
  /** A session that is active at the next call. */
  const session = async (number: number): Promise<string> => {
    const source = { user: 1, type: 'icloud.account', identifier: `${number}@example.com` }
    return (await call('POST', '/sessions', { source, payload: { password: 'joshua' } })).id
  }
  return { mock, send, call, session }
}

/** A world with polls of ten sessions, some of them under a subscription; each has three results. */
async function filled(polls: number, options: object = {}) {
  const { mock, send, call, session } = await setup({ events: [] }, options)
  const sessions: string[] = []
  for (let i = 0; i < 10; i++) sessions.push(await session(i))
  await call('GET', '/key')
  const subscription = (await call('POST', '/subscriptions', { session: sessions[0], poll_payload: payload })).id
  await call('GET', '/key')
  for (let i = 0; i < polls; i++) {
    const of = i % 10 ? { session: sessions[i % 10] } : { subscription }
    await call('POST', '/polls', { ...of, payload })
  }
  await call('GET', '/key')
  const [poll] = (await call('GET', '/polls?limit=1')).data
  const lists = [
    '/polls',
    `/polls?session=${sessions[1]}`,
    `/polls?subscription=${subscription}`,
    '/polls?state=completed',
    '/results',
    '/results?state=available',
    `/results?poll=${poll.id}`,
    `/results?task=${poll.tasks_succeeded[0]}`,
    '/tasks',
    `/tasks?session=${sessions[1]}`,
    `/tasks?poll=${poll.id}`,
    '/tasks?state=succeeded',
  ]
  return { mock, send, lists }
}

async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((later) => setTimeout(later, 50))
    collect()
  }
  return process.memoryUsage().heapUsed
}

/** Milliseconds of CPU time so far, so that what else the machine does counts little. */
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Milliseconds in which a year of a daily subscription passes. */
async function year(): Promise<number> {
  const { mock, call, session } = await setup()
  const id = await session(1)
  await call('GET', '/key')
  const poll_payload = { data_types: ['ios_messages.messages', 'whatsapp.messages', 'ios_calls.calls'] }
  await call('POST', '/subscriptions', { session: id, poll_payload })
  const begun = cpu()
  await mock.clock.advance('365d')
  const passed = cpu() - begun
  const { total_count } = await call('GET', '/polls?requestor=subscription')
  if (total_count < 365) throw new Error(`A year made ${total_count} polls.`)
  return passed
}

const years = [await year(), await year(), await year()]
const worlds = [await filled(1000), await filled(Number(process.argv[2] ?? 100_000))] as const

/** How many times slower each list is in the big world. */
const slower: Record<string, number> = {}
for (const [i, list] of worlds[0].lists.entries()) {
  // The least of several equal rounds: what else the machine does makes some longer, and none shorter. The answers are not
  // parsed, which would take longer than to make them.
  const least = [Infinity, Infinity]
  for (let round = 0; round < 15; round++) {
    for (const [of, { send, lists }] of worlds.entries()) {
      const begun = cpu()
      // More lists than are kept, so that none is answered from before.
      for (let limit = 10; limit < 130; limit++) {
        await send('GET', `${lists[i]}${lists[i]?.includes('?') ? '&' : '?'}limit=${limit}`)
      }
      least[of] = Math.min(least[of] ?? Infinity, cpu() - begun)
    }
  }
  const [small = 0, big = 0] = least
  slower[list.replace(/=.*-.*$/, '={id}')] = big / small
}

/** The heap of a result without its bytes: what is free once they are deleted, without a journal, since it would record that. */
async function resultHeap(): Promise<number> {
  const { mock } = await filled(10_000, { journal: 0 })
  const count = mock.db.result.count()
  // First the objects are removed, and then the records.
  await mock.actions['result.expire']({ where: { state: 'available' } })
  const before = await heap()
  mock.db.result.deleteMany({ where: { state: { equals: 'expired' } } })
  return (before - (await heap())) / count
}

process.stdout.write(JSON.stringify({ year: median(years), slower, bytes: await resultHeap() }))
