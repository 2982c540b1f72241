import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { serve } from '../../../src/standalone.ts'
import { makeFolder, program } from '../../doors/bundled.ts'
import { killChildren, startCommand, temporary } from '../../doors/child.ts'
import { run } from '../run.ts'

afterAll(killChildren)

/** A client of the SDK, connected to the command. */
async function connect(...flags: string[]) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...program, 'mcp', ...flags],
    env: temporary,
    stderr: 'pipe',
  })
  const client = new Client({ name: 'test', version: '1' })
  const noise: Error[] = []
  client.onerror = (error) => noise.push(error)
  await client.connect(transport)
  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: given })
    const texts = (content as { text: string }[]).map(({ text }) => text)
    return { isError, texts, json: () => JSON.parse(texts[1] ?? '') }
  }
  return { client, call, noise }
}

/** Connects, until the test has ended. */
async function connectOnce(...flags: string[]) {
  const connected = await connect(...flags)
  onTestFinished(() => connected.client.close())
  return connected
}

async function startServer(options: Parameters<typeof serve>[0] = {}) {
  const server = await serve({ port: 0, s3Port: 'none', gcsPort: 'none', log: () => {}, ...options })
  onTestFinished(() => server.close({ now: true }))
  return server
}

describe('mcp', () => {
  /** What only reads may be asked by all tests. */
  let reading: Awaited<ReturnType<typeof connect>>
  beforeAll(async () => {
    reading = await connect('--frozen', '--clock', '2020-02-20T12:00:00Z')
  })
  afterAll(() => reading.client.close())

  it('offers tools that only read, on a server of its own', async () => {
    const { client, call, noise } = reading
    const { tools } = await client.listTools()
    expect(client.getServerVersion()).toEqual({ name: 'ricloud-mock', version: packageJson.version })
    expect(tools.filter(({ annotations }) => !annotations?.readOnlyHint)).toEqual([])
    expect((await call('retrieveClock')).json()).toMatchObject({ now: '2020-02-20T12:00:00.000000Z' })
    expect((await call('callApi', { path: '/users?limit=1' })).json()).toMatchObject({ data: [{ resource: 'user' }] })
    expect(await call('moveClock', { body: { advance: '6h' } })).toMatchObject({
      isError: true,
      texts: ['moveClock may change the mock, which this server may not: start it with --allow-changes.'],
    })
    expect((await call('retrieveClock')).json()).toMatchObject({ now: '2020-02-20T12:00:00.000000Z' })
    expect(noise).toEqual([])
  })

  it('offers tools that change the mock with --allow-changes', async () => {
    const { call } = await connectOnce('--allow-changes', '--frozen', '--clock', '2020-02-20T12:00:00Z')
    const user = await call('callApi', { method: 'POST', path: '/users', body: { identifier: 'mcp@example.com' } })
    expect(user.texts[0]).toBe('HTTP 201')
    const { id } = user.json()
    expect((await call('retrieveRecord', { resource: 'user', id })).json()).toMatchObject({ shown: { id } })
    expect((await call('moveClock', { body: { advance: '6h' } })).json()).toMatchObject({
      now: '2020-02-20T18:00:00.000000Z',
    })
    const { id: world, token } = (await call('createWorld', { body: {} })).json()
    expect((await call('callApi', { path: '/users', token })).json().data).not.toContainEqual({ id })
    expect((await call('listRequests', { world })).json().total_count).toBe(1)
  })

  it('answers mistakes in a way that the caller reads', async () => {
    const { call } = reading
    expect(await call('retrieveClok')).toMatchObject({
      isError: true,
      texts: ['No tool is called "retrieveClok". Did you mean "retrieveClock"?'],
    })
    const missing = await call('retrieveRecord', { resource: 'user', id: 999 })
    expect(missing).toMatchObject({ isError: true, texts: ['HTTP 404', expect.stringContaining('not-found')] })
    expect(await call('readAnswer', { answer: 1, offset: -1 })).toMatchObject({
      isError: true,
      texts: ['offset: must be at least 0, got -1.'],
    })
  })

  it('cuts long answers, and shows the rest', async () => {
    const { call } = reading
    const { texts } = await call('describeApi')
    const cut = /^This was cut: characters 0 to 20000 of \d+\. readAnswer (\{"answer":\d+,"offset":20000\}) /
    const [, given = ''] = cut.exec(texts[2] ?? '') ?? []
    const rest = await call('readAnswer', JSON.parse(given))
    expect(rest.texts[0]).toHaveLength(20_000)
  })

  it('offers the OpenAPI documents as resources', async () => {
    const { client } = reading
    const { resources } = await client.listResources()
    const uri = resources.find(({ name }) => name === '/_mock/openapi.json')?.uri ?? ''
    const { contents } = await client.readResource({ uri })
    expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ openapi: '3.1.0' })
    await expect(client.readResource({ uri: 'ricloud-mock:///../secret' })).rejects.toThrow('There is no resource')
  })

  it('works on a running server, with its control token', async () => {
    const server = await startServer({ controlToken: 'secret', token: 'mine' })
    const { client, call } = await connectOnce(
      '--url',
      `${server.url}/`,
      '--control-token',
      'secret',
      '--token',
      'mine',
    )
    expect((await call('retrieveScenario')).json()).toMatchObject({ scenario: 'default' })
    await call('callApi', { path: '/organisation' })
    expect(server.mock.requests.list()).toMatchObject([{ path: '/organisation', status: 200 }])
    expect(client.getInstructions()).not.toMatch(/mine|secret/)
    await server.close({ now: true })
    const { texts } = await call('retrieveClock')
    expect(texts).toEqual([expect.stringContaining(`GET /_mock/clock got no answer from ${server.url}: `)])
  })

  it('does not connect without the control token that a server needs', async () => {
    const { url } = await startServer({ controlToken: 'secret' })
    expect(await run('mcp', '--url', url)).toEqual({
      code: 1,
      out: '',
      err: `ricloud-mock: ${url} needs its control token: --control-token <token>.\n`,
    })
  })

  it('does not connect to another server', async () => {
    const other = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    const { err } = await run('mcp', '--url', url)
    expect(err).toBe(`ricloud-mock: ${url} is not ricloud-mock: it answers /_mock/control.openapi.json with 200.\n`)
  })

  it.each([
    [['--url', 'localhost'], /--url takes a base URL such as .*localhost/],
    [
      ['--url', 'http://127.0.0.1:1', '--seed', '2'],
      /--seed is for a server of its own, and --url names one that runs/,
    ],
    [['--url', 'http://127.0.0.1:1'], /got no answer from http:\/\/127\.0\.0\.1:1: /],
    [['--allow-change'], /Unknown flag "--allow-change"\. Did you mean "--allow-changes"\?/],
    [['now'], /Unknown argument "now": mcp takes none/],
  ])('refuses %j', async (flags, message) => {
    expect(await run('mcp', ...flags)).toEqual({ code: 1, out: '', err: expect.stringMatching(message) })
  })

  it('prints what to install where the SDK is missing', async () => {
    const { code, out, err } = await startCommand(['mcp'], program, { cwd: makeFolder() }).ended()
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: 'ricloud-mock: @modelcontextprotocol/sdk is not installed here: npm install --save-dev @modelcontextprotocol/sdk\n',
    })
  })
})

describe('the end of mcp', () => {
  it('answers every call that came before stdin was closed, and prints nothing else on stdout', async () => {
    const child = startCommand(['mcp', '--quiet'], program, { keepStdin: true })
    const messages = [
      {
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
      },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/call', params: { name: 'describeApi' } },
      { id: 3, method: 'tools/call', params: { name: 'retrieveHealth' } },
      { id: 4, method: 'tools/list' },
      { id: 5, method: 'resources/list' },
    ]
    child.process.stdin.end(messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''))
    const { code, out, err } = await child.ended()
    const ids = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id)
    expect({ code, err, ids: ids.sort() }).toEqual({ code: 0, err: '', ids: [1, 2, 3, 4, 5] })
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('comes with %s', async (signal) => {
    const child = startCommand(['mcp'], program, { keepStdin: true })
    await child.until('err', /Stop: /)
    const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } }
    child.process.stdin.write(
      `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize })}\n`,
    )
    await child.line('out')
    child.process.kill(signal)
    expect(await child.ended()).toMatchObject({ code: 0 })
  })

  it('has the exit code 2 where something in a strict scenario never fired', async () => {
    const path = join(makeFolder(), 'x.yaml')
    await writeFile(path, 'scenario: x\nfaults: [{ on: GET /organisation, delay: 1s }]')
    const child = startCommand(['mcp', '--strict', '--scenario', path], program)
    expect(await child.ended()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('never fired: fault') })
  })

  it('comes once nobody reads the answers', async () => {
    const child = startCommand(['mcp', '--quiet'], program, { keepStdin: true })
    child.process.stdout.destroy()
    const ping = setInterval(() => child.process.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n'), 100)
    child.process.stdin.on('error', () => {})
    onTestFinished(() => clearInterval(ping))
    expect(await child.ended()).toMatchObject({ code: 0 })
  })
})
