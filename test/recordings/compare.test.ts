import { beforeAll, describe, expect, it } from 'vitest'
import { recordCalls } from './calls.ts'
import { compared, type Entry, har } from './recorder.ts'

let entries: Entry[] = []
beforeAll(async () => {
  entries = await recordCalls()
})

/** The recorded body of an answer, for a change. */
// biome-ignore lint/suspicious/noExplicitAny: a test changes it at will
type Body = Record<string, any>

/** The recording with one answer changed: that of the n-th call to this method and path. */
function changed(call: string, change: (body: Body, entry: Entry) => unknown, nth = 0): string {
  const all = structuredClone(entries)
  const meant = all.filter(
    ({ request }) =>
      `${request.method} ${new URL(request.url).pathname}` === call ||
      `${request.method} ${new URL(request.url).pathname.replace(/\/[^/]*\d[^/]*/, '/*')}` === call,
  )
  const entry = meant[nth] as Entry
  const body = JSON.parse(entry.response.content.text ?? '')
  change(body, entry)
  entry.response.content.text = JSON.stringify(body)
  return har(all)
}

describe('a recording of the mock', () => {
  it('agrees with it to the last call', async () => {
    const { findings, counts, calls } = await compared(har(entries))
    expect(findings).toEqual([])
    expect(counts.agrees).toBe(entries.length)
    expect(calls).toHaveLength(entries.length)
  })

  it('agrees with all IDs exchanged for others', async () => {
    const uuids = new Map<string, string>()
    const other = (uuid: string) => {
      const known =
        uuids.get(uuid) ??
        uuid.replace(/[0-9a-f]/g, (digit, i) =>
          i === 14 || i === 19 ? digit : '5a9c3e1f7b2d8046'.charAt(Number.parseInt(digit, 16)),
        )
      uuids.set(uuid, known)
      return known
    }
    const text = har(entries)
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, other)
      .replaceAll(
        /((?:\\"|")(?:id|user|key|source|organisation|parent|storage_config|webhook_config|storage_config_default|webhook_config_default|target)\\?":\s*)(\d+)/g,
        (_, name, id) => `${name}${Number(id) + 4000}`,
      )
      .replaceAll(
        /(\/(?:users|keys|sources|storage)\/|[?&]user=)(\d+)/g,
        (_, path, id) => `${path}${Number(id) + 4000}`,
      )
    const { findings, counts } = await compared(text)
    expect(findings).toEqual([])
    expect(counts.agrees).toBe(entries.length)
  })

  it('agrees in its statuses if no answer is recorded', async () => {
    const all = structuredClone(entries)
    for (const { response } of all) delete response.content.text
    const { findings, calls } = await compared(har(all))
    expect(findings).toEqual([])
    expect(calls[0]?.why).toBe('only its status: its answer is left out, since it was not recorded')
  })
})

describe('a recording', () => {
  it("whose clock jumps is played at the times of the server's answers, and a note says so", async () => {
    const all = structuredClone(entries)
    for (const entry of all.slice(all.length / 2))
      entry.startedDateTime = new Date(Date.parse(entry.startedDateTime) + 3_600_000).toISOString()
    const { notes } = await compared(har(all))
    expect(notes).toContain(
      "jumps of the server's clock against the recorder's: 1; the mock's clock followed, except back",
    )
  })

  it('of another version of the API is named as such', async () => {
    const text = changed('GET /organisation', (body) => (body.api_version = '2024-01-01'))
    expect((await compared(text)).notes).toContain(
      "the recording is of the API's version 2024-01-01; the mock is of 2020-02-20",
    )
  })
})

describe('one change of a recording is found, named, and nothing else is:', () => {
  it.each<[string, string, string, (body: Body, entry: Entry) => unknown, number?]>([
    [
      'a status of success',
      'POST /users',
      'POST /users: status is 200; the mock answers 201',
      (_, { response }) => (response.status = 200),
    ],
    [
      'a status of an error',
      'GET /users/*',
      'GET /users/{id}: status is 403 (not-found); the mock answers 404 (not-found)',
      (_, { response }) => (response.status = 403),
    ],
    [
      'another error code',
      'GET /users/*',
      'GET /users/{id}: error is "forbidden"; the mock has "not-found"',
      (body) => (body.error = 'forbidden'),
    ],
    [
      'an unknown error code',
      'POST /users',
      'POST /users: error is "bad-request", which the mock does not know',
      (body) => (body.error = 'bad-request'),
      2,
    ],
    [
      'an error without its code',
      'PUT /users',
      'PUT /users: error is missing; every error of the mock has it',
      (body) => delete body.error,
    ],
    [
      'an error without its message',
      'GET /users/*',
      'GET /users/{id}: message is missing; every error of the mock has it',
      (body) => delete body.message,
    ],
    [
      'an error without params',
      'POST /users',
      'POST /users: params is missing; the mock names the parameters at fault',
      (body) => delete body.params,
      2,
    ],
    [
      'params of another shape',
      'POST /users',
      'POST /users: params is an array; the mock has an object of arrays',
      (body) => (body.params = ['identifier']),
      2,
    ],
    [
      'a missing attribute',
      'GET /users',
      'GET /users: data[1].identifier is missing; the mock sends a string',
      (body) => delete body.data[1].identifier,
      1,
    ],
    [
      'a missing attribute of a nested record',
      'GET /sessions/*',
      'GET /sessions/{id}: source.type is missing; the mock sends "icloud.account", "rirelay.instance", "mocks.mock" or "rirelay.source"',
      (body) => delete body.source.type,
    ],
    [
      'an extra attribute',
      'POST /sessions',
      'POST /sessions: region is unknown to the mock (a string)',
      (body) => (body.region = 'eu'),
    ],
    [
      'an extra attribute of the first record seen',
      'GET /key',
      'GET /key: scopes is unknown to the mock (an array)',
      (body) => (body.scopes = []),
    ],
    [
      'an extra attribute of a list',
      'GET /sources',
      'GET /sources: next is unknown to the mock (null)',
      (body) => (body.next = null),
    ],
    [
      'a retyped ID',
      'GET /users',
      'GET /users: data[0].key is a string; the mock has an integer ID',
      (body) => (body.data[0].key = 'one'),
      1,
    ],
    [
      'a retyped boolean',
      'GET /configs/storage/*',
      'GET /configs/storage/{id}: signed_urls_enabled is an integer; the mock has a boolean',
      (body) => (body.signed_urls_enabled = 0),
    ],
    [
      'a number that is text',
      'GET /results',
      'GET /results: data[0].size is a string; the mock has an integer',
      (body) => (body.data[0].size = '12'),
    ],
    [
      'a datetime of another form',
      'POST /users',
      'POST /users: date_created is a string that is not a datetime as the mock sends it',
      (body) => (body.date_created = '2020-02-20 12:00'),
    ],
    [
      'an object that is an array',
      'GET /organisation',
      'GET /organisation: config is missing, or of another kind than in the mock',
      (body) => (body.config = []),
    ],
    [
      'a null that cannot be',
      'GET /sessions/*',
      'GET /sessions/{id}: key is null; the mock has an integer ID',
      (body) => (body.key = null),
    ],
    [
      'a null that is not one here',
      'GET /sessions/*',
      'GET /sessions/{id}: date_expired is a datetime; the mock has null here',
      (body) => (body.date_expired = '2020-02-20T12:00:00.000000Z'),
      2,
    ],
    [
      'an unknown state',
      'GET /sessions/*',
      'GET /sessions/{id}: state is "frozen", which the mock does not know: it has "pending", "active", "failed" or "expired"',
      (body) => (body.state = 'frozen'),
    ],
    [
      'an unknown type',
      'GET /sources',
      'GET /sources?user: data[0].type is "android.account", which the mock does not know: it has "icloud.account", "rirelay.instance", "mocks.mock" or "rirelay.source"',
      (body) => (body.data[0].type = 'android.account'),
      1,
    ],
    [
      'a state that the rules do not lead to',
      'DELETE /sessions/*',
      'DELETE /sessions/{id}: state is "active"; the mock has "expired"',
      (body) => Object.assign(body, { state: 'active' }),
    ],
    [
      'another user',
      'GET /sessions/*',
      'GET /sessions/{id}: user refers to another user than in the mock',
      (body) => (body.user = 1),
    ],
    [
      'another order of a list',
      'GET /sessions',
      'GET /sessions: data is in another order: lists of the mock have the newest record first',
      (body) => body.data.reverse(),
      1,
    ],
    [
      'a record too few in a list',
      'GET /users',
      "GET /users: data lacks 1 of the records that the mock's list has",
      (body) => body.data.pop(),
      1,
    ],
    [
      'a wrong total',
      'GET /sessions',
      'GET /sessions: total_count is not the number of records of a list that has no more',
      (body) => body.total_count++,
    ],
    [
      'a wrong total of a page',
      'GET /users',
      'GET /users?limit: total_count is less than the number of records that there must be',
      (body) => (body.total_count = 1),
    ],
    [
      'a list without its total',
      'GET /users',
      'GET /users: total_count is missing; every list of the mock has it',
      (body) => delete body.total_count,
      1,
    ],
    [
      'a list that is an array',
      'GET /tasks',
      'GET /tasks?poll: the answer is no list: it lacks data; the mock sends a list',
      (body) => delete body.data,
    ],
  ])('%s', async (_, call, finding, change, nth) => {
    const { findings, counts } = await compared(changed(call, change, nth))
    expect(findings).toEqual([finding])
    expect(counts.contradicts).toBe(1)
  })
})
