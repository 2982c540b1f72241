import { describe, expect, it } from 'vitest'
import { apiUrl, type MockOptions } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { sessionIds } from '../support/worlds.ts'
import { setupControl } from './setup.ts'

/** Makes a call, and resolves to its entry in the journal. */
async function noted(method: string, path: string, body?: unknown, options: MockOptions = {}) {
  const api = setupControl(options)
  const answered = await api.call(method, path, body)
  return { request: (await api.requests()).at(-1), answered, ...api }
}

describe('The answer in the journal', () => {
  it('is what the client got', async () => {
    const { request, answered } = await noted('GET', '/users/1')
    expect(request.answer).toEqual({
      headers: Object.fromEntries(answered.headers),
      body: answered.body,
      body_length: JSON.stringify(answered.body).length,
      is_cut: false,
    })
  })

  it('is in mock.requests', async () => {
    const { mock, answered } = await noted('GET', '/users/99')
    expect(mock.requests.list()[0]?.answer?.body).toEqual(answered.body)
  })

  it('is in the stream', async () => {
    const api = setupControl()
    const messages: unknown[] = []
    api.mock.watch((message) => messages.push(message))
    const { body } = await api.get('/users/1')
    expect(messages).toContainEqual(
      expect.objectContaining({ request: expect.objectContaining({ answer: expect.objectContaining({ body }) }) }),
    )
  })

  it('of more than 16 Ki characters is cut, and says so', async () => {
    const { request, answered } = await noted('GET', '/sessions?limit=100', undefined, {
      generate: { users: 50, sources: 50, sessions: 100 },
    })
    const { body, body_length, is_cut } = request.answer
    expect([is_cut, body_length]).toEqual([true, JSON.stringify(answered.body).length])
    expect(JSON.stringify(body).length).toBeLessThan(17 * 1024)
    expect(body.data.slice(0, 5)).toEqual(answered.body.data.slice(0, 5))
  })

  it('to a HEAD has headers and no body', async () => {
    const { mock, requests } = setupControl()
    await mock.fetch(`${apiUrl}/users`, { method: 'HEAD', headers: withToken(mock.token) })
    const { answer } = (await requests())[0]
    expect(answer).toMatchObject({ body: null, body_length: 0, is_cut: false })
  })

  it.each(['reset', 'empty'] as const)('is null where a fault closed the connection: %s', async (close) => {
    const { mock, requests } = setupControl()
    mock.faults.arm({ on: 'GET /users', close })
    await mock.fetch(`${apiUrl}/users`, { headers: withToken(mock.token) })
    expect((await requests())[0].answer).toBeNull()
  })

  it('that a fault cut off is the half that was sent', async () => {
    const { mock, requests } = setupControl()
    mock.faults.arm({ on: 'GET /users', close: 'truncated' })
    await mock.fetch(`${apiUrl}/users`, { headers: withToken(mock.token) })
    expect((await requests())[0].answer).toMatchObject({ is_cut: true, body: { data: expect.any(Array) } })
  })

  it('hides the token of a key', async () => {
    const { request } = await noted('POST', '/keys/1/rotate')
    expect(request.answer.body.token).toBe('[redacted]')
  })

  it('hides the secret of a webhook config', async () => {
    const { request } = await noted('GET', '/configs/webhook/1')
    expect(request.answer.body.secret).toBe('[redacted]')
  })

  it('hides the signatures of signed URLs', async () => {
    const api = setupControl()
    api.mock.db.storage_config.update({ where: { id: { equals: 1 } }, data: { signed_urls_enabled: true } })
    await api.post('/polls', { session: sessionIds.active, payload: { info_types: ['*'] } })
    await api.get('/results')
    const text = JSON.stringify(await api.requests())
    expect(text).toContain('signature=[redacted]')
    expect(text).not.toMatch(/signature=[^[]/)
  })

  it('hides nothing with showSecrets', async () => {
    const { request, answered } = await noted('POST', '/keys/1/rotate', undefined, { showSecrets: true })
    expect(request.answer.body).toEqual(answered.body)
  })
})

describe('The headers of a call in the journal', () => {
  it('are those that were sent, without secrets', async () => {
    const api = setupControl()
    await api.get('/users', { 'user-agent': 'mine/1', cookie: 'a=b', 'x-api-key': 'hush' })
    expect((await api.requests())[0].headers).toEqual({
      authorization: '[redacted]',
      cookie: '[redacted]',
      'user-agent': 'mine/1',
      'x-api-key': '[redacted]',
    })
  })

  it('are cut to 1,000 characters each', async () => {
    const api = setupControl()
    await api.get('/users', { 'x-long': 'x'.repeat(5000) })
    expect((await api.requests())[0].headers['x-long']).toBe(`${'x'.repeat(1000)}…`)
  })

  it('are the first 100', async () => {
    const api = setupControl()
    await api.get('/users', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x-${i}`, '1'])))
    expect(Object.keys((await api.requests())[0].headers)).toHaveLength(100)
  })
})
