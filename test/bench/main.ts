// Measures the built package beside the limits of the runtime, in one run, and prints ratios. Run `npm run build` first.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Load, load } from './load.ts'
import { type Started, start } from './server.ts'

const cli = new URL('../../dist/cli.js', import.meta.url).pathname
const raw = [new URL('./raw-http.mjs', import.meta.url).pathname, 'PORT']
if (!existsSync(cli)) throw new Error('There is no dist/cli.js: run `npm run build` first.')
const ours = (sessions: number) =>
  [cli, '--port', 'PORT', '--token', 'bench', '--quiet', '--generate', `users=100,sessions=${sessions}`] as const

const get = (path: string) => () => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token bench\r\n\r\n`
const retrieve = get('/users/1')
const list = get('/sessions?state=active&limit=10')
const create = (number: number) => {
  const body = JSON.stringify({ identifier: `new-${number}@example.com` })
  return `POST /users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token bench\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const rows: { what: string; baseline: string; ours: string; ratio: string; wanted: string }[] = []
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

function report(what: string, unit: string, baseline: number, value: number, wanted: string, percent = true): void {
  const ratio = percent ? `${Math.round((100 * value) / baseline)}%` : `×${(value / baseline).toFixed(2)}`
  const text = (amount: number) =>
    `${amount.toLocaleString('en', { maximumFractionDigits: amount < 100 ? 1 : 0 })} ${unit}`
  rows.push({ what, baseline: text(baseline), ours: text(value), ratio, wanted })
}

/** Medians of interleaved rounds, so that a disturbance of the machine meets both. */
async function rates(
  servers: readonly Started[],
  request: Load['request'],
  rounds = 3,
  seconds = 2,
): Promise<number[]> {
  const results = servers.map((): number[] => [])
  for (const { port } of servers) await load({ port, request, seconds: 1 })
  for (let round = 0; round < rounds; round++) {
    for (const [i, { port }] of servers.entries()) {
      const { perSecond, wrong } = await load({ port, request, seconds })
      if (wrong > 0) throw new Error(`${wrong} wrong answers`)
      results[i]?.push(perSecond)
    }
  }
  return results.map(median)
}

const coldRaw: number[] = []
const coldOurs: number[] = []
for (let round = 0; round < 5; round++) {
  for (const [args, times] of [
    [raw, coldRaw],
    [ours(0), coldOurs],
  ] as const) {
    const server = await start(args)
    times.push(server.ready)
    await server.stop()
  }
}

const [limit, small, big] = [await start(raw), await start(ours(1000)), await start(ours(100_000))]
const bigMemory = big.memory()
{
  const [baseline = 0, value = 0] = await rates([limit, small], retrieve)
  report('retrieve, to node:http', '/s', baseline, value, '≥ 40%')
}
{
  const { p99 } = await load({ port: small.port, request: retrieve, seconds: 3 })
  report('the slowest of a hundred, to 5 ms', 'ms', 5, p99, '≤ 100%')
}
{
  const times: number[] = []
  for (let round = 0; round < 50; round++) {
    const begun = performance.now()
    const answer = await fetch(`http://127.0.0.1:${small.port}/_mock/worlds`, {
      method: 'POST',
      body: '{"scenario":"two-factor"}',
    })
    times.push(performance.now() - begun)
    const { id } = (await answer.json()) as { id: string }
    await fetch(`http://127.0.0.1:${small.port}/_mock/worlds/${id}`, { method: 'DELETE' })
  }
  report('a world over HTTP, to 10 ms', 'ms', 10, median(times), '≤ 100%')
}
{
  const [baseline = 0, value = 0, many = 0] = await rates([limit, small, big], list)
  report('list with a filter, 1,000 sessions, to node:http', '/s', baseline, value, '≥ 25%')
  report('the same at 100,000 sessions, times slower', '/s', many, value, '≤ ×1.5', false)
}
{
  const before = await load({ port: small.port, request: retrieve, seconds: 2 })
  const baseline = await load({ port: limit.port, request: create, seconds: 20, most: 10_000 })
  const value = await load({ port: small.port, request: create, seconds: 20, most: 10_000 })
  if (value.wrong > 0) throw new Error(`${value.wrong} wrong answers`)
  const after = await load({ port: small.port, request: retrieve, seconds: 2 })
  report('create, to node:http', '/s', baseline.perSecond, value.perSecond, '≥ 20%')
  report('retrieve after 10,000 creates, to before', '/s', before.perSecond, after.perSecond, '≈ 100%')
}
report('spawn to first 200, to node:http', 'ms', median(coldRaw), median(coldOurs), '≤ ×3', false)
report('100,000 sessions ready, to 2 s', 'ms', 2000, big.ready, '≤ 100%')
report('memory with 100,000 sessions, to 220 MB', 'MB', 220, bigMemory, '≤ 100%')
for (const server of [limit, small, big]) await server.stop()

const times: Record<string, number[]> = { 'bare msw handler': [], setupRicloud: [], 'mock.fetch': [] }
for (let round = 0; round < 3; round++) {
  for (const [way, measured] of Object.entries(times)) {
    const script = new URL('./in-process.ts', import.meta.url).pathname
    measured.push(Number(execFileSync(process.execPath, ['--import', 'tsx', script, way], { encoding: 'utf8' })))
  }
}
const bare = median(times['bare msw handler'] ?? [])
report(
  'a call through setupRicloud, to a bare msw handler',
  'µs',
  bare,
  median(times.setupRicloud ?? []),
  '≤ ×1.25',
  false,
)
report('a call of mock.fetch, to a bare msw handler', 'µs', bare, median(times['mock.fetch'] ?? []), '', false)

const world = JSON.parse(
  execFileSync(process.execPath, ['--import', 'tsx', new URL('./world.ts', import.meta.url).pathname], {
    encoding: 'utf8',
  }),
)
report('a world made, to 5 ms', 'µs', 5000, world.another, '≤ 100%')
report('a reset, to 1 ms', 'µs', 1000, world.reset, '≤ 100%')
report('a reset of 10,000 records, to 10 ms', 'µs', 10_000, world.resetMany, '≤ 100%')
report('a call with 100 armed rules, to one without', 'µs', world.without, world.with100, '≤ ×1.2', false)

process.stdout.write(`Node ${process.version}; medians of interleaved rounds; 16 connections\n\n`)
process.stdout.write('| what | baseline | ricloud-mock | ratio | wanted |\n|---|---|---|---|---|\n')
for (const row of rows) process.stdout.write(`| ${Object.values(row).join(' | ')} |\n`)
