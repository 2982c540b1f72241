// Measures the built package beside the limits of the runtime, in one run, and prints ratios. Run `npm run build` first.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Load, load } from './load.ts'
import { type Started, start } from './server.ts'

const path = (name: string) => new URL(name, import.meta.url).pathname
const cli = path('../../dist/cli.cjs')
const raw = [path('./raw-http.mjs'), 'PORT']
const hono = [path('./hono.mjs'), 'PORT']
if (!existsSync(cli)) throw new Error('There is no dist/cli.cjs: run `npm run build` first.')
const ours = (sessions: number) =>
  [cli, '--port', 'PORT', '--token', 'bench', '--quiet', '--generate', `users=100,sessions=${sessions}`] as const

const get = (path: string) => () => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token bench\r\n\r\n`
const retrieve = get('/users/1')
const list = get('/sessions?state=active&limit=10')
let asked = 0
/** Never one that was answered before and is kept. */
const otherList = () => get(`/sessions?state=active&limit=${10 + (asked++ % 200)}`)()
const poll = (session: string) => () => {
  const body = JSON.stringify({ session, payload: { data_types: ['bench.a', 'bench.b', 'bench.c'] } })
  return `POST /polls HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token bench\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}
let created = 0
const create = () => {
  const body = JSON.stringify({ identifier: `new-${++created}@example.com` })
  return `POST /users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token bench\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

process.stdout.write(
  `Node ${process.version}; interleaved rounds; 16 connections; rates for each second of the server's CPU time, the best of eight\n\n`,
)
process.stdout.write('| what | baseline | ricloud-mock | ratio | wanted |\n|---|---|---|---|---|\n')
/** A row of the table, as soon as it is known: the whole takes minutes. */
const row = (...cells: string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`)

const amount = (value: number, unit: string) =>
  `${value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })} ${unit}`
const percent = (ratio: number) => `${Math.round(100 * ratio)}%`
const times = (ratio: number) => `×${ratio.toFixed(2)}`

/** A row of the table: ours beside what it is compared with. */
function compare(what: string, unit: string, [baseline, value]: readonly number[], wanted: string): void {
  const show = wanted.includes('%') ? percent : times
  const ratio = (value ?? Number.NaN) / (baseline ?? Number.NaN)
  row(what, amount(baseline ?? 0, unit), amount(value ?? 0, unit), show(ratio), wanted)
}

/** A row of the table that is compared with nothing. */
function tell(what: string, unit: string, value: number, most: number): void {
  row(what, '', amount(value, unit), '', `≤ ${amount(most, unit)}`)
}

/** Answers for each second of CPU time that the server takes, so that neither the client nor the machine counts. */
async function rate({ port, cpu }: Started, request: Load['request'], seconds = 2, most?: number): Promise<number> {
  const before = cpu()
  const { answers, wrong } = await load({ port, request, seconds, ...(most !== undefined && { most }) })
  if (wrong > 0) throw new Error(`${wrong} wrong answers`)
  return answers / (cpu() - before)
}

/** The best of interleaved rounds: what else the machine does makes some slower, and none faster. */
async function rates(
  servers: readonly Started[],
  request: Load['request'],
  rounds = 8,
  seconds = 1,
): Promise<number[]> {
  const results = servers.map((): number[] => [])
  for (const server of servers) await rate(server, request, 1)
  for (let round = 0; round < rounds; round++) {
    for (const [i, server] of servers.entries()) results[i]?.push(await rate(server, request, seconds))
  }
  return results.map((values) => Math.max(...values))
}

/** The programs of Node 20 and 24, as far as there are any: npm offers them. */
function nodes(): readonly string[] {
  return ['20', '24'].flatMap((version) => {
    if (process.versions.node.startsWith(`${version}.`)) return process.execPath
    try {
      const ask = ['--yes', '--package', `node@${version}`, 'node', '--print', 'process.execPath']
      return execFileSync('npx', ask, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    } catch {
      return []
    }
  })
}

for (const node of nodes()) {
  const spawned: number[][] = [[], []]
  const memory: number[] = []
  for (let round = 0; round < 11; round++) {
    for (const [i, args] of [raw, ours(0)].entries()) {
      const server = await start(args, node)
      spawned[i]?.push(server.ready)
      if (i === 1) memory.push(server.memory())
      await server.stop()
    }
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  compare(`spawn to first 200, ${version}, to node:http`, 'ms', spawned.map(median), '≤ ×1.5')
  tell(`memory at start, ${version}`, 'MB', median(memory), 80)
}

const [limit, small, big] = [await start(raw), await start(ours(1000)), await start(ours(100_000))]
tell('memory with 100,000 sessions', 'MB', big.memory(), 200)
tell('100,000 sessions ready', 'ms', big.ready, 2000)
compare('retrieve, to node:http', '/s', await rates([limit, small], retrieve), '≥ 50%')
{
  compare('list with a filter, 1,000 sessions, to node:http', '/s', await rates([limit, small], list), '≥ 30%')
  const [value = 0, many = 0] = await rates([small, big], otherList)
  compare('other lists at 100,000 sessions, times slower than at 1,000', '/s', [many, value], '≤ ×1.3')
}
{
  const before = await rate(small, retrieve)
  const baseline = await rate(limit, create, 20, 10_000)
  const value = await rate(small, create, 20, 10_000)
  compare('create, to node:http', '/s', [baseline, value], '≥ 25%')
  compare('retrieve after 10,000 creates, to before', '/s', [before, await rate(small, retrieve)], '≈ 100%')
}
{
  const headers = { authorization: 'Token bench' }
  const first = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${small.port}${path}`, { headers })
    return ((await answer.json()) as { data: [{ id: string }] }).data[0].id
  }
  const request = poll(await first('/sessions?state=active&limit=1'))
  await load({ ...small, request, seconds: 20, most: 100 })
  const retrievePoll = get(`/polls/${await first('/polls?limit=1')}`)
  compare('GET /polls/{id}, to node:http', '/s', await rates([limit, small], retrievePoll), '≥ 50%')
  compare(
    'POST /polls, three data types, and all that follows, to node:http',
    '/s',
    await rates([limit, small], request),
    '≥ 15%',
  )
  compare('GET /polls/{id} after these polls, to node:http', '/s', await rates([limit, small], retrievePoll), '')
  // The polls start later than this takes, so that no task follows.
  const config = join(mkdtempSync(join(tmpdir(), 'ricloud-mock-bench-')), 'config.json')
  writeFileSync(config, JSON.stringify({ settings: { poll_init: '36500d' } }))
  const calls = await start([...ours(1000), '--config', config])
  compare('POST /polls, the call alone, to node:http', '/s', await rates([limit, calls], request), '≥ 15%')
  await calls.stop()
}
tell('the slowest of a hundred retrieves', 'ms', (await load({ ...small, request: retrieve, seconds: 3 })).p99, 5)
{
  const made: number[] = []
  const worlds = `http://127.0.0.1:${small.port}/_mock/worlds`
  for (let round = 0; round < 50; round++) {
    const begun = performance.now()
    const answer = await fetch(worlds, { method: 'POST', body: '{"scenario":"two-factor"}' })
    made.push(performance.now() - begun)
    const { id } = (await answer.json()) as { id: string }
    await fetch(`${worlds}/${id}`, { method: 'DELETE' })
  }
  tell('a world over HTTP', 'ms', median(made), 10)
}
for (const server of [limit, small, big]) await server.stop()

for (const node of nodes()) {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const servers = [await start(hono, node), await start(ours(1000), node)]
  const works = {
    retrieve: [retrieve, '≥ ×1.20'],
    list: [list, '≥ ×1.20'],
    'other lists': [otherList, ''],
    create: [create, '≥ ×1.00'],
  } as const
  for (const [work, [request, wanted]] of Object.entries(works)) {
    compare(`${work}, ${version}, to a server by hand with Hono`, '/s', await rates(servers, request), wanted)
  }
  for (const server of servers) await server.stop()
}

const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', path(script), ...args], { encoding: 'utf8' })
const calls: Record<string, number[]> = {
  'bare msw handler': [],
  setupRicloud: [],
  'bare function': [],
  'mock.fetch': [],
}
for (let round = 0; round < 3; round++) {
  for (const [way, measured] of Object.entries(calls)) measured.push(Number(run('./in-process.ts', way)))
}
const [bare = 0, intercepted = 0, plain = 0, direct = 0] = Object.values(calls).map((costs) => Math.min(...costs))
compare('a call through setupRicloud, to a bare msw handler', 'µs', [bare, intercepted], '≤ ×1.15')
compare('a call of mock.fetch, to a function from Request to Response', 'µs', [plain, direct], '≤ ×2')

const polls = JSON.parse(run('./polls.ts'))
for (const [list, ratio] of Object.entries<number>(polls.slower)) {
  compare(`${list} with 100,000 polls, times slower than with 1,000`, '', [1, ratio], '≤ ×1.3')
}
tell('the heap of a result without its bytes', 'bytes', polls.bytes, 900)
tell('a year of a daily subscription', 'ms', polls.year, 2000)

const moves = JSON.parse(run('./moves.ts'))
row('sessions that end in a long move', '', amount(moves.endings, '/s'), '', '≥ 300,000 /s')
row('due work without effect in a long move', '', amount(moves.withoutEffect, '/s'), '', '')

const world = JSON.parse(run('./world.ts'))
tell('a world made', 'µs', world.another, 5000)
tell('a reset', 'µs', world.reset, 1000)
tell('a reset of 10,000 records', 'µs', world.resetMany, 10_000)
compare('a call with 100 armed rules, to one without', 'µs', [world.without, world.with100], '≤ ×1.2')
