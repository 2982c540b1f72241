/**
 * What happens to a call that no handler answers: it goes to the network, the same with a warning of msw, or it fails. A
 * function decides itself, and can let msw print its warning or error.
 */
export type UnhandledRequest =
  | 'bypass'
  | 'warn'
  | 'error'
  | ((request: Request, print: { warning(): void; error(): void }) => void)

/** The argument of msw 3: a request, or a WebSocket. */
interface Frame {
  readonly data: { readonly request: Request } | { readonly connection: { readonly client: { readonly url: URL } } }
}

interface MswOptions {
  onUnhandledRequest: UnhandledRequest
  onUnhandledFrame:
    | Exclude<UnhandledRequest, (...args: never) => unknown>
    | ((about: { frame: Frame; defaults: { warn(): void; error(): void } }) => void)
}

/** The option for both supported versions: msw 2 reads `onUnhandledRequest`, msw 3 `onUnhandledFrame`. */
export function onUnhandled(choice: UnhandledRequest): MswOptions {
  if (typeof choice !== 'function') return { onUnhandledRequest: choice, onUnhandledFrame: choice }
  return {
    onUnhandledRequest: choice,
    onUnhandledFrame: ({ frame: { data }, defaults }) =>
      choice('request' in data ? data.request : upgrade(data.connection.client.url), {
        warning: () => defaults.warn(),
        error: () => defaults.error(),
      }),
  }
}

/** The request that opens a WebSocket, which is what msw 2 passes for one. */
function upgrade(url: URL): Request {
  return new Request(url, { headers: { connection: 'upgrade', upgrade: 'websocket' } })
}
