import { apiUrl, type Mock, type MockOptions } from '../../src/index.ts'
import { withToken } from '../support/answers.ts'
import { type Answered, setupApi } from '../support/api.ts'

/** A mock with a frozen clock, and functions that call its API and its control API. */
export function setupControl(options: MockOptions = {}) {
  const api = setupApi(options)
  return {
    ...api,
    put: (path: string, body?: unknown) => api.call('PUT', path, body),
    /** Verifies over HTTP. */
    verify: (wanted: unknown) => api.post('/_mock/requests/verify', wanted),
    /** The journal over HTTP. */
    requests: async (query = ''): Promise<Answered['body'][]> =>
      (await api.get(`/_mock/requests${query}`)).body.requests,
    /** Creates a world over HTTP, with functions that call it. */
    world: async (wanted: object = {}) => {
      const { body } = await api.post('/_mock/worlds', wanted)
      return worldOf(api, body.id, body.token)
    },
  }
}

/** Calls of a world by its token, and control calls about it. */
export function worldOf({ call }: Pick<ReturnType<typeof setupApi>, 'call'>, id: string, token: string) {
  const pathOf = (path: string) => (path.startsWith('/_mock') ? withWorld(path, id) : path)
  const callWorld = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(method, pathOf(path), body, { ...withToken(token), ...headers })
  return {
    id,
    token,
    call: callWorld,
    get: (path: string, headers?: Record<string, string>) => callWorld('GET', path, undefined, headers),
    post: (path: string, body?: unknown, headers?: Record<string, string>) => callWorld('POST', path, body, headers),
    put: (path: string, body?: unknown) => callWorld('PUT', path, body),
    delete: (path: string) => callWorld('DELETE', path),
  }
}

/** A control path that names a world. */
export const withWorld = (path: string, id: string) => `${path}${path.includes('?') ? '&' : '?'}world=${id}`

/** The whole visible state of a mock after its due work, without its worlds. */
export const everything = (mock: Mock) =>
  JSON.stringify([
    mock.clock.upcoming(),
    mock.clock.view(),
    mock.token,
    Object.values(mock.db).map((model) => model.getAll()),
    mock.scenario.report(),
    mock.faults.list(),
    mock.requests.list(),
    mock.requests.count,
    mock.snapshots.list(),
  ])

/** Waits until all webhooks that are due are sent. */
export const quiet = (mock: Mock) => mock.clock.advance('0s')

/** A value after a round trip through JSON. */
export const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))

/** Reads the server-sent events of a mock. */
export async function listen(mock: Mock, query = '') {
  const response = await mock.fetch(`${apiUrl}/_mock/stream${query}`)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
  async function next(): Promise<{ readonly event: string; readonly data: any }> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? []
        text = text.slice(end + 2)
        return { event, data: JSON.parse(data) }
      }
      const { done, value } = await reader.read()
      if (done) throw new Error('The stream ended.')
      text += decoder.decode(value)
    }
  }
  return {
    response,
    next,
    /** The next `count` events. */
    async take(count: number) {
      const events = []
      while (events.length < count) events.push(await next())
      return events
    },
    /** The next event of a kind. */
    async until(kind: string) {
      for (;;) {
        const { event, data } = await next()
        if (event === kind) return data
      }
    },
    stop: () => reader.cancel(),
  }
}
