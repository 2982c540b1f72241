import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readRecordings } from '../../src/recordings/read.ts'
import { compared, type Entry, fileOf, har, host, recordedClient } from './recorder.ts'

/** An entry with one call to list users. */
async function listed(change: (entry: Entry & Record<string, unknown>) => void = () => {}): Promise<Entry> {
  const { call, entries } = recordedClient()
  await call('GET', '/users')
  const [entry] = entries as [Entry & Record<string, unknown>]
  change(entry)
  return entry
}

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')
const textOf = ({ response }: Entry) => response.content.text ?? ''
const only = async (entry: object) => (await compared(har([entry]))).calls[0]

describe('an answer in a HAR file', () => {
  it.each<[string, (entry: Entry & Record<string, unknown>) => void]>([
    [
      'in base64',
      (entry) => Object.assign(entry.response.content, { encoding: 'base64', text: base64(textOf(entry)) }),
    ],
    [
      'that a tool left compressed with gzip',
      (entry) => Object.assign(entry.response.content, { encoding: 'base64', text: base64(gzipSync(textOf(entry))) }),
    ],
    [
      'that a tool left compressed with brotli',
      (entry) => {
        Object.assign(entry.response.content, { encoding: 'base64', text: base64(brotliCompressSync(textOf(entry))) })
        entry.response.headers.push({ name: 'Content-Encoding', value: 'br' })
      },
    ],
    [
      'that was decompressed, with the header of its compression',
      (entry) => void entry.response.headers.push({ name: 'content-encoding', value: 'gzip' }),
    ],
    [
      'whose headers are pairs, with those of HTTP/2',
      (entry) => {
        entry.request.headers = [
          [':method', 'GET'],
          ['Authorization', 'Token ricloud-mock-token'],
        ] as never
      },
    ],
    [
      'with the fields that Chrome adds',
      (entry) =>
        Object.assign(entry, {
          _initiator: { type: 'script' },
          _priority: 'High',
          _resourceType: 'fetch',
          cache: {},
          connection: '443',
          pageref: 'page_1',
        }),
    ],
    [
      'with the fields that Playwright adds',
      (entry) => {
        Object.assign(entry, { _frameref: 'frame@1', _monotonicTime: 1.5, cache: {}, serverIPAddress: '::1' })
        Object.assign(entry.response, { httpVersion: 'HTTP/2.0', _transferSize: 900 })
      },
    ],
    [
      'with the fields that mitmproxy adds',
      (entry) => {
        Object.assign(entry, { timings: { send: 1, receive: 2, wait: 3 }, serverIPAddress: '1.2.3.4' })
        Object.assign(entry.request, { bodySize: 0, cookies: [], headersSize: 20, queryString: [] })
      },
    ],
  ])('%s is compared', async (_, change) => {
    expect(await only(await listed(change))).toMatchObject({ verdict: 'agrees', findings: [] })
  })

  it.each<[string, string, (entry: Entry & Record<string, unknown>) => void]>([
    [
      'without text',
      'only its status: its answer is left out, since it was not recorded',
      ({ response }) => delete response.content.text,
    ],
    [
      'that is empty, but had a size',
      'only its status: its answer is left out, since it was not recorded',
      ({ response }) => (response.content.text = ''),
    ],
    [
      'that is cut',
      'only its status: its answer is left out, since it is cut, or no JSON',
      (entry) => (entry.response.content.text = textOf(entry).slice(0, 100)),
    ],
    [
      'that is HTML',
      'only its status: its answer is left out, since it is no JSON',
      ({ response }) => Object.assign(response.content, { text: '<html></html>', size: 13 }),
    ],
  ])('%s is compared by its status alone', async (_, why, change) => {
    expect(await only(await listed(change))).toMatchObject({ verdict: 'agrees', why })
  })
})

describe('a call in a HAR file', () => {
  it.each<[string, string, (entry: Entry & Record<string, unknown>) => void]>([
    ['without an answer', 'there was no answer', ({ response }) => (response.status = 0)],
    [
      'that failed after its status, as Playwright notes it',
      'there was no answer',
      ({ response }) => Object.assign(response, { _failureText: 'net::ERR_ABORTED' }),
    ],
    [
      'that failed, as Chrome notes it',
      'there was no answer',
      ({ response }) => Object.assign(response, { _error: 'net::ERR_FAILED' }),
    ],
    ['that is a preflight', 'OPTIONS is no call of the API', ({ request }) => (request.method = 'OPTIONS')],
    [
      'that was answered from a cache',
      'the status 304 has no answer of the API',
      ({ response }) => (response.status = 304),
    ],
    [
      'that a server failed to answer',
      'the status 503 depends on load, or on a fault',
      ({ response }) => (response.status = 503),
    ],
  ])('%s is skipped', async (_, why, change) => {
    const { call, entries } = recordedClient()
    await call('GET', '/key')
    const { calls, counts } = await compared(
      har([
        ...entries,
        await listed((entry) => {
          change(entry)
          entry.startedDateTime = '2020-02-20T12:00:01Z'
        }),
      ]),
    )
    expect(calls[1]).toMatchObject({ verdict: 'skipped', why })
    expect(counts).toMatchObject({ agrees: 1, skipped: 1 })
  })

  it('with form parameters in place of a text cannot be sent again', async () => {
    const { call, entries } = recordedClient()
    await call('GET', '/key')
    await call('POST', '/users', { identifier: 'a@example.com' })
    Object.assign(entries[1]?.request ?? {}, { postData: { mimeType: 'x', params: [{ name: 'identifier' }] } })
    expect((await compared(har(entries))).calls[1]).toMatchObject({
      verdict: 'skipped',
      why: 'its request cannot be sent again: it is recorded as form parameters',
    })
  })

  it('that the mock does not have is not offered', async () => {
    const { call, entries } = recordedClient()
    await call('GET', '/key')
    await call('GET', '/invoices/secret-name-7')
    Object.assign(entries[1]?.response ?? {}, { status: 200 })
    expect((await compared(har(entries))).calls[1]).toMatchObject({ verdict: 'not offered', call: 'GET /invoices/*' })
  })

  it('without its token is made with the assumed key, which a note says', async () => {
    const { calls, notes } = await compared(har([await listed(({ request }) => (request.headers = []))]))
    expect(calls[0]).toMatchObject({ verdict: 'agrees' })
    expect(notes).toContainEqual('1 call was recorded without a token: key 1 of organisation 1 is assumed')
  })

  it('that overlaps another is judged by its form alone', async () => {
    const { call, entries } = recordedClient()
    await call('GET', '/users')
    await call('GET', '/users')
    const [first, second] = entries as [Entry, Entry]
    Object.assign(first, { time: 500 })
    second.response.content.text = JSON.stringify({ ...JSON.parse(textOf(second)), data: [] })
    const { calls } = await compared(har(entries))
    expect(calls[1]).toMatchObject({ verdict: 'agrees', why: 'it overlaps another call, so its form alone is judged' })
  })

  it('has integers that no number holds exactly', async () => {
    const entry = await listed()
    entry.response.content.text = textOf(entry).replaceAll('"id":1,', '"id":9007199254740993,')
    const { findings } = await compared(har([entry]))
    expect(findings).toEqual([])
  })
})

describe('what cannot be read', () => {
  it.each([
    ['an empty file', '', 'calls.har is empty.'],
    ['no JSON', 'hello', 'calls.har is neither HAR nor requests of the journal, or it is cut'],
    ['another JSON file', '{"a": 1}', 'calls.har holds no calls: it is neither HAR nor requests of the journal.'],
    ['HAR without entries', '{"log": {"entries": []}}', 'calls.har is HAR without entries.'],
    [
      'HAR that is cut',
      har([{ a: 1 }]).slice(0, -5),
      'calls.har is neither HAR nor requests of the journal, or it is cut',
    ],
  ])('%s is told', async (_, text, message) => {
    await expect(compared(text)).rejects.toThrow(message)
  })

  it('a recording of other hosts names them', async () => {
    const entry = await listed()
    entry.request.url = 'https://staging.example.com/users'
    await expect(compared(har([entry]))).rejects.toThrow(
      `No calls to "${host}" are recorded; there are calls to "staging.example.com": name the right one with --host.`,
    )
  })

  it('a recording without a comparable call is told', async () => {
    await expect(compared(har([await listed(({ response }) => (response.status = 0))]))).rejects.toThrow(
      'Nothing could be compared',
    )
  })
})

describe('lines of the journal', () => {
  it('agree in statuses and error codes, with IDs bound in the order of their use', async () => {
    const { mock, call } = recordedClient()
    await call('GET', '/users/1')
    const { id } = await call('POST', '/users', { identifier: 'a@example.com' })
    await call('POST', `/users/${id}`, { state: 'deactivated' })
    await call('POST', '/sessions', {
      source: { user: id, type: 'icloud.account', identifier: 'a' },
      payload: { password: 'x' },
    })
    await call('GET', '/users/12345')
    await call('GET', '/key', undefined, { token: 'unknown' })
    const lines = mock.requests
      .list()
      .map(({ answer: _, ...request }: { answer?: unknown } & object) => JSON.stringify({ kind: 'request', request }))
    const { counts, findings } = await compared(['{"url":"http://127.0.0.1:1"}', ...lines].join('\n'), {
      name: 'calls.jsonl',
    })
    expect(findings).toEqual([])
    expect(counts.agrees).toBe(6)
    const changed = lines.map((line) => line.replace('"status":404', '"status":403'))
    expect((await compared(changed.join('\n'))).findings).toEqual([
      'GET /users/{id}: status is 403 (not-found); the mock answers 404 (not-found)',
    ])
  })
})

it('lines of the journal with answers agree in their form', async () => {
  const { mock, call } = recordedClient()
  await call('GET', '/users')
  const { id } = await call('POST', '/users', { identifier: 'a@example.com' })
  await call('GET', `/users/${id}`)
  const lines = mock.requests.list().map((request) => JSON.stringify(request))
  const { findings, calls } = await compared(lines.join('\n'))
  expect(findings).toEqual([])
  expect(calls.map(({ verdict, why }) => [verdict, why])).toEqual(Array(3).fill(['agrees', undefined]))
})

describe('requests of the journal in one value', () => {
  /** An answer of `GET /_mock/requests` about three calls. */
  async function answer(): Promise<{ requests: object[] }> {
    const { mock, call } = recordedClient()
    await call('GET', '/users')
    const { id } = await call('POST', '/users', { identifier: 'a@example.com' })
    await call('GET', `/users/${id}`)
    return await (await mock.fetch(`https://${host}/_mock/requests`)).json()
  }

  it.each<[string, (answer: { requests: object[] }) => string]>([
    ['an answer of GET /_mock/requests', (answer) => JSON.stringify(answer)],
    ['an answer that was indented again', (answer) => `\n${JSON.stringify(answer, null, 2)}\n`],
    ['an answer of POST /_mock/requests/verify', ({ requests }) => JSON.stringify({ count: 3, requests })],
    ['an array', ({ requests }) => JSON.stringify(requests)],
    [
      'an array of messages of the stream',
      ({ requests }) =>
        JSON.stringify(
          requests.map((request) => ({ kind: 'request', request, world: null })),
          null,
          2,
        ),
    ],
    [
      'an answer longer than a line may be',
      ({ requests: [first = {}, ...others] }) =>
        JSON.stringify({ requests: [{ ...first, ignored: ['x'.repeat(5_000_000)] }, ...others] }),
    ],
  ])('%s is compared', async (_, textOf) => {
    const { findings, calls } = await compared(textOf(await answer()), { name: 'j.json' })
    expect(findings).toEqual([])
    expect(calls.map(({ verdict }) => verdict)).toEqual(['agrees', 'agrees', 'agrees'])
  })

  it.each(['{"requests": [], "total_count": 0}', '[]', '[1, {"a": 1}]'])('%s holds no calls', async (text) => {
    await expect(compared(text)).rejects.toThrow('calls.har holds no calls')
  })

  it('an answer that is cut is refused', async () => {
    await expect(compared(JSON.stringify(await answer()).slice(0, -30))).rejects.toThrow('or it is cut')
  })
})

it('HAR of 60 MB is read as it comes', async () => {
  const entry = JSON.stringify(await listed(({ request }) => (request.url = 'https://cdn.example.com/x')))
  const own = JSON.stringify(await listed())
  const filler = `${entry.slice(0, -1)},"_x":"${'x'.repeat(60_000)}"},`
  const chunks = async function* () {
    const encoder = new TextEncoder()
    yield encoder.encode('{"log":{"entries":[')
    const part = encoder.encode(filler)
    for (let i = 0; i < 1000; i++) yield part
    yield encoder.encode(`${own}]}}`)
  }
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
  const { calls, notes } = await readRecordings([{ name: 'big.har', chunks: chunks() }], host)
  expect(calls).toHaveLength(1)
  expect(notes).toEqual(['1000 calls to other hosts were left out'])
  expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(200e6)
  expect(fileOf('').name).toBe('calls.har')
})
