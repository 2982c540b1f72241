import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createMock, verifySignature } from '../../src/index.ts'
import { type RicloudOptions, setupRicloud } from '../../src/node.ts'
import { sessionIds } from '../support/worlds.ts'
import { startReceiver } from './receiver.ts'
import { secret, worldWith } from './world.ts'

/** A mock that intercepts the calls of this process, and whose webhook is at a URL. */
function embedded(
  url: string,
  listen: Parameters<ReturnType<typeof setupRicloud>['listen']>[0] = {},
  options: RicloudOptions = {},
) {
  const ricloud = setupRicloud({
    clock: { start: '2020-02-20T12:00:00Z', frozen: true },
    fixtures: [worldWith(url)],
    log: () => {},
    ...options,
  }).listen(listen)
  onTestFinished(() => ricloud.close())
  const call = (path: string, method = 'GET') =>
    fetch(`https://ricloud-api.reincubate.com${path}`, {
      method,
      headers: { authorization: `Token ${ricloud.mock.token}` },
    })
  return { ...ricloud, ricloud, call, end: () => call(`/sessions/${sessionIds.active}`, 'DELETE') }
}

/** Keeps warnings and errors from the console until the end of the test; gives how many there were. */
function mockedConsole(): () => number {
  const spies = (['warn', 'error'] as const).map((name) => vi.spyOn(console, name).mockImplementation(() => {}))
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore()
  })
  return () => spies.reduce((count, { mock }) => count + mock.calls.length, 0)
}

describe('In a process whose calls are intercepted', () => {
  it('a handler of one’s own gets the webhook', async () => {
    const { mock, server, end } = embedded('http://app.test/hooks')
    const got: unknown[] = []
    server.use(
      http.post('http://app.test/hooks/:id', async ({ request, params }) => {
        const body = await request.text()
        const genuine = await verifySignature(request.headers, body, secret, { now: mock.clock.now() })
        got.push([params.id === JSON.parse(body).id, genuine])
        return new HttpResponse(null, { status: 204 })
      }),
    )
    await end()
    await mock.clock.advance('0s')
    expect(got).toEqual([[true, true]])
  })

  it('what the handler answers counts', async () => {
    const { mock, server, end } = embedded('http://app.test/hooks')
    let calls = 0
    server.use(
      http.post('http://app.test/hooks/:id', () => new HttpResponse(null, { status: calls++ < 2 ? 503 : 200 })),
    )
    await end()
    await mock.clock.advance('3h')
    expect(mock.webhooks.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([503, 503, 200])
  })

  it('a handler that answers with an error of the network fails the attempt', async () => {
    const { mock, server, end } = embedded('http://app.test/hooks')
    server.use(http.post('http://app.test/hooks/:id', () => HttpResponse.error()))
    await end()
    await mock.clock.advance('0s')
    expect(mock.webhooks.deliveries[0]?.attempts).toMatchObject([
      { status: null, error: expect.stringMatching(/^(Failed to fetch|fetch failed)$/) },
    ])
  })

  it('a handler that answers with a redirect fails the attempt', async () => {
    const { mock, server, end } = embedded('http://app.test/hooks')
    const followed: string[] = []
    server.use(
      http.post('http://app.test/hooks/:id', () => HttpResponse.redirect('http://app.test/elsewhere', 302)),
      http.all('http://app.test/elsewhere', ({ request }) => {
        followed.push(request.method)
        return new HttpResponse()
      }),
    )
    await end()
    await mock.clock.advance('0s')
    expect([mock.webhooks.deliveries[0]?.attempts[0]?.status, followed]).toEqual([302, []])
  })

  it('a handler may ask the API', async () => {
    const { mock, server, end, call } = embedded('http://app.test/hooks')
    const states: string[] = []
    server.use(
      http.post('http://app.test/hooks/:id', async () => {
        const { state } = (await (await call(`/sessions/${sessionIds.active}`)).json()) as { state: string }
        states.push(state)
        return new HttpResponse()
      }),
    )
    await end()
    await mock.clock.advance('0s')
    expect(states).toEqual(['expired'])
  })

  it('a server of one’s own gets the webhook', async () => {
    const receiver = await startReceiver()
    const { mock, end } = embedded(receiver.url)
    await end()
    await mock.clock.advance('0s')
    expect(receiver.received.length).toBe(1)
  })

  it('a handler for a host of strangers is not called unless the host is allowed', async () => {
    const { mock, server, end } = embedded('https://example.com/hooks')
    let calls = 0
    server.use(http.post('https://example.com/hooks/:id', () => void calls++))
    await end()
    await mock.clock.advance('3h')
    expect(calls).toBe(0)
  })

  it('a handler for a host of strangers is called once the host is allowed', async () => {
    const { mock, server, end } = embedded('https://example.com/hooks', {}, { webhookHosts: ['example.com'] })
    let calls = 0
    server.use(
      http.post('https://example.com/hooks/:id', () => {
        calls++
        return new HttpResponse()
      }),
    )
    await end()
    await mock.clock.advance('3h')
    expect(calls).toBe(1)
  })

  const policies: readonly ('error' | 'warn' | ((request: Request) => void))[] = [
    'error',
    'warn',
    ({ url }) => {
      throw new Error(`${url} must not leave.`)
    },
  ]

  it.each(policies)(
    'a webhook without a handler is sent, and msw does not print it, with onUnhandledRequest: %s',
    async (onUnhandledRequest) => {
      const receiver = await startReceiver()
      const printed = mockedConsole()
      const { mock, end } = embedded(receiver.url, { onUnhandledRequest })
      await end()
      await mock.clock.advance('0s')
      expect([receiver.received.length, mock.webhooks.deliveries[0]?.attempts[0]?.status, printed()]).toEqual([
        1, 200, 0,
      ])
    },
  )

  it.each(['error', 'warn'] as const)(
    'the test of a config is sent, and its secret not printed, with onUnhandledRequest: %s',
    async (onUnhandledRequest) => {
      const receiver = await startReceiver()
      const printed = mockedConsole()
      const { mock } = embedded('http://app.test/hooks', { onUnhandledRequest })
      const headers = { authorization: `Token ${mock.token}` }
      const body = JSON.stringify({ url: receiver.url })
      await fetch('https://ricloud-api.reincubate.com/configs/webhook', { method: 'POST', headers, body })
      await mock.clock.advance('1m')
      expect([receiver.received.length, printed()]).toEqual([1, 0])
    },
  )

  it('a webhook that no handler of an own msw server answers is sent with mock.handlers, and msw does not print it', async () => {
    const receiver = await startReceiver()
    const printed = mockedConsole()
    const mock = createMock({
      clock: { start: '2020-02-20T12:00:00Z', frozen: true },
      fixtures: [worldWith(receiver.url)],
    })
    const server = setupServer(...mock.handlers)
    server.listen()
    onTestFinished(() => server.close())
    const headers = { authorization: `Token ${mock.token}` }
    await fetch(`https://ricloud-api.reincubate.com/sessions/${sessionIds.active}`, { method: 'DELETE', headers })
    await mock.clock.advance('0s')
    expect([receiver.received.length, printed()]).toEqual([1, 0])
  })

  it('a request of the test itself falls under onUnhandledRequest, though it is signed', async () => {
    const receiver = await startReceiver()
    const printed = mockedConsole()
    embedded(receiver.url, { onUnhandledRequest: 'error' })
    const headers = { 'Ricloud-Signature': 't=1,s=AAAA' }
    await expect(fetch(receiver.url, { method: 'POST', headers })).rejects.toThrow()
    expect([receiver.received.length, printed()]).toEqual([0, 1])
  })

  it('reset forgets the handlers, and what was to be sent again', async () => {
    const { ricloud, mock, server, end } = embedded('http://app.test/hooks', {
      onUnhandledRequest: () => {
        throw new Error('Nothing may leave.')
      },
    })
    let calls = 0
    server.use(
      http.post('http://app.test/hooks/:id', () => {
        calls++
        return new HttpResponse(null, { status: 503 })
      }),
    )
    await end()
    await mock.clock.advance('0s')
    ricloud.reset()
    await mock.clock.advance('3h')
    expect(calls).toBe(1)
  })
})
