import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, idsOf, refusalOf, withToken } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { setupPolls } from '../../../support/polls.ts'

/** A world with three results, the newest first. */
async function setupResults() {
  const api = await setupPolls()
  const poll = await api.poll({ data_types: ['a.a', 'ios_messages.messages'], info_types: ['*'] })
  return { ...api, made: poll, ids: poll.results.data.map(({ id }: { id: string }) => id) as string[] }
}

describe('GET /results', () => {
  it('has the attributes of a result in order', async () => {
    const { get, mock, made } = await setupResults()
    const [result] = (await get('/results?identifier=ios_messages.messages')).body.data
    const object = mock.buckets.get(result.url)
    const expected = {
      id: result.id,
      resource: 'result',
      organisation: 1,
      poll: made.id,
      task: expect.any(String),
      identifier: 'ios_messages.messages',
      url: `gs://my-storage-bucket/${made.id}/${result.id}.json`,
      type: 'json',
      checksum: object.md5,
      size: object.bytes.length,
      signed_url: null,
      state: 'available',
      date_created: expect.any(String),
      date_consumed: null,
      date_deleted: null,
    }
    expect(result).toEqual(expected)
    expect(Object.keys(result)).toEqual(Object.keys(expected))
    expect(answerOf(await get(`/results/${result.id}`))).toEqual({ status: 200, body: result })
  })

  it('leaves out results that are consumed or expired, unless asked for them', async () => {
    const { mock, get, post, ids } = await setupResults()
    await post(`/results/${ids[0]}/ack`)
    mock.actions['result.expire']({ where: { id: ids[1] as string } })
    expect(idsOf(await get('/results'))).toEqual([ids[2]])
    expect(idsOf(await get('/results?state=consumed&state=expired'))).toEqual([ids[0], ids[1]])
  })

  it('walks on from a result that was consumed meanwhile', async () => {
    const { get, post, ids } = await setupResults()
    await post(`/results/${ids[0]}/ack`)
    expect(idsOf(await get(`/results?after_id=${ids[0]}&limit=1`))).toEqual([ids[1]])
  })

  it('filters by task, poll, identifier, type and date', async () => {
    const { get, made, ids } = await setupResults()
    const { task, date_created } = made.results.data[1]
    expect(idsOf(await get(`/results?task=${task}`))).toEqual([ids[1]])
    expect(idsOf(await get(`/results?poll=${made.id}&type=json`))).toEqual(ids)
    expect(idsOf(await get('/results?identifier=a.a&type=png'))).toEqual([])
    expect(idsOf(await get(`/results?date_created=${date_created}`))).toEqual([ids[1]])
  })
})

describe('POST /results/{id}/ack', () => {
  it.each(['POST', 'GET'])('consumes the result once, by %s', async (method) => {
    const { call, get, mock, ids, made } = await setupResults()
    const path = `/results/${ids[0]}/ack`
    const { status, body } = await call(method, path, method === 'POST' ? 'null' : undefined)
    expect([status, body.state, body.date_consumed]).toEqual([200, 'consumed', mock.clock.now()])
    await mock.clock.advance('1h')
    expect((await call(method, path)).body).toEqual(body)
    expect((await get(`/polls/${made.id}`)).body.results.data[0]).toEqual(body)
    expect(mock.buckets.list()).toHaveLength(3)
  })

  it('is deprecated by GET, which the log and the journal say', async () => {
    const warnings: string[] = []
    const { mock, get, poll } = await setupPolls({ log: (_, message) => void warnings.push(message) })
    const [{ id }] = (await poll({ data_types: ['a.a'] })).results.data
    await get(`/results/${id}/ack`)
    expect(warnings).toContain(`GET /results/${id}/ack is deprecated: call POST /results/{id}/ack.`)
    const deprecated = mock.requests.list().map((request) => request.deprecated)
    expect([deprecated.at(-2), deprecated.at(-1)]).toEqual([null, 'POST /results/{id}/ack'])
  })

  it('refuses an expired result, whose object is gone', async () => {
    const { mock, get, post, ids } = await setupResults()
    mock.actions['result.expire']({ where: { id: ids[0] as string } })
    expect(faultsOf(await post(`/results/${ids[0]}/ack`))).toEqual(['400 invalid-parameter', 'id'])
    expect((await get(`/results/${ids[0]}`)).body.date_deleted).toBe(mock.clock.now())
    expect(mock.buckets.list()).toHaveLength(2)
  })

  it('finds no unknown result', async () => {
    const { post } = await setupPolls()
    expect(refusalOf(await post('/results/x/ack'))).toBe('404 not-found')
  })
})

describe('POST /results/ack', () => {
  it('consumes all results, and lists them in the order given', async () => {
    const { get, post, ids } = await setupResults()
    const answer = await post('/results/ack', { results: ids.toReversed() })
    expect([idsOf(answer), answer.body.total_count, answer.body.url]).toEqual([ids.toReversed(), 3, '/results'])
    expect((await get('/results')).body.total_count).toBe(0)
  })

  it('consumes none where one is unknown or expired, and names each', async () => {
    const { mock, get, post, ids } = await setupResults()
    mock.actions['result.expire']({ where: { id: ids[0] as string } })
    const { status, body } = await post('/results/ack', { results: [ids[1], 'x', ids[0]] })
    expect([status, body.params]).toEqual([
      400,
      { results: ['names no result of the organisation: "x"', `names an expired result: "${ids[0]}"`] },
    ])
    expect((await get('/results')).body.total_count).toBe(2)
  })

  it('says how many results may be named at once', async () => {
    const { post } = await setupPolls()
    const { body } = await post('/results/ack', { results: Array.from({ length: 1001 }, () => 'x') })
    expect(body.params).toEqual({ results: ['must have at most 1000 entries, got 1001.'] })
  })

  it('has the reason that a result is of another organisation', async () => {
    const { get, post } = setupApi({ fixtures: ['two-organisations'] })
    const other = withToken('ricloud-mock-other-token')
    const [session] = (await get('/sessions', other)).body.data
    await post('/polls', { session: session.id, payload: { data_types: ['a.a'] } }, other)
    const [result] = (await get('/results', other)).body.data
    const { headers } = await post('/results/ack', { results: ['x', result.id] }, { 'mock-reason': '1' })
    expect(headers.get('mock-reason')).toContain(`The result ${result.id} exists, but belongs to the organisation 2`)
  })

  it.each([{}, { results: [] }, { results: 'x' }, { results: Array.from({ length: 1001 }, () => 'x') }])(
    'refuses a body like %j',
    async (body) => {
      const { post } = await setupPolls()
      expect(faultsOf(await post('/results/ack', body))).toEqual(['400 invalid-parameter', 'results'])
    },
  )
})
