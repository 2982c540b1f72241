import { createMock, type MockOptions } from '../../src/index.ts'

/** What a call answered. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any
}

/** The instant at which the clocks of tests are frozen. */
export const startTime = '2020-02-20T12:00:00.000000Z'

/** A mock whose clock is frozen at `startTime`, and a way to call it with its token; no interception, no network. */
export function setupApi(options: MockOptions = {}) {
  const mock = createMock({ clock: { start: startTime, frozen: true }, log: () => {}, ...options })

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const response = await mock.fetch(
      new Request(`https://ricloud-api.reincubate.com${path}`, {
        method,
        headers: { authorization: `Token ${mock.token}`, ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  return {
    mock,
    call,
    get: (path: string, headers?: Record<string, string>) => call('GET', path, undefined, headers),
    post: (path: string, body?: unknown, headers?: Record<string, string>) => call('POST', path, body, headers),
    delete: (path: string, headers?: Record<string, string>) => call('DELETE', path, undefined, headers),
  }
}

/** A session request that the mock accepts. */
export const newSession = (identifier = 'end-user@example.com', user = 1) => ({
  source: { user, type: 'icloud.account', identifier },
  payload: { password: 'joshua' },
})
