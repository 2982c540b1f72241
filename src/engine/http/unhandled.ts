/**
 * What becomes of a call that no handler answers: it passes, it passes and msw warns, or it fails; or what a function
 * does, which may let msw print either.
 */
export type UnhandledRequest =
  | 'bypass'
  | 'warn'
  | 'error'
  | ((request: Request, print: { warning(): void; error(): void }) => void)

/** What msw 3 asks about: a request, or a WebSocket. */
interface Frame {
  readonly data: { readonly request: Request } | { readonly connection: { readonly client: { readonly url: URL } } }
}

interface MswOptions {
  onUnhandledRequest: UnhandledRequest
  onUnhandledFrame:
    | Exclude<UnhandledRequest, (...args: never) => unknown>
    | ((about: { frame: Frame; defaults: { warn(): void; error(): void } }) => void)
}

/** The choice in the words of every msw: its second version reads `onUnhandledRequest`, its third `onUnhandledFrame`. */
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

/** A WebSocket as the request that opens it, which is how msw 2 shows one. */
function upgrade(url: URL): Request {
  return new Request(url, { headers: { connection: 'upgrade', upgrade: 'websocket' } })
}
