import { type HttpHandler, http, passthrough } from 'msw'
import { shownUrl } from '../messages.ts'
import type { ObjectStore, Responder } from './exchange.ts'
import { incomingOf, responseOf } from './fetch.ts'
import type { Method } from './route.ts'

/** What handlers ask of a mock. */
export interface InterceptingResponder extends Responder {
  /** The store of the mock that a URL leads to, if it does. */
  storeOf(url: string): ObjectStore | undefined
  /** Whether a request is a webhook that it is sending. */
  isWebhook(request: Request): boolean
}

/** A single msw handler for all calls to a base URL and to stores, so that matching does not depend on the number of endpoints. */
export function handlerFor(baseUrl: string, mock: InterceptingResponder): HttpHandler {
  const prefix = `${withoutSlash(baseUrl)}/`
  return http.all(
    ({ request: { url } }) => url.startsWith(prefix) || mock.storeOf(url) !== undefined,
    ({ request }) => answerFor(mock, request),
  )
}

/** An msw handler that lets the webhooks of a mock pass where no other one answers them, whatever happens to other calls. */
export function webhookHandler(mock: InterceptingResponder): HttpHandler {
  // A handler that matches and has no answer would let every call pass.
  return http.post(({ request }) => mock.isWebhook(request), passthrough)
}

/** One msw handler for each endpoint, and last ones for the API's 404 and for webhooks, for the user's own `setupServer` or `setupWorker`. */
export function handlersFor(
  routes: readonly { readonly method: Method; readonly path: string }[],
  baseUrl: string,
  mock: InterceptingResponder,
): HttpHandler[] {
  const verbs = { GET: http.get, POST: http.post, PUT: http.put, DELETE: http.delete }
  const endpoints = routes.map(({ method, path }) =>
    verbs[method](`${withoutSlash(baseUrl)}${path.replace('{id}', ':id')}`, ({ request }) => answerFor(mock, request)),
  )
  return [...endpoints, handlerFor(baseUrl, mock), webhookHandler(mock)]
}

/** The answer to a request that msw intercepted. */
export async function answerFor(mock: InterceptingResponder, request: Request): Promise<Response> {
  const response = responseOf(request, await mock.respond(incomingOf(request, mock.storeOf(request.url))))
  return response.type === 'error' && isOfNodeHttp(request) ? closedSocket() : response
}

/** Whether node:http wrote a request, since only what was written has a Host; msw 3 shows the calls of fetch, too, as they were written. */
const isOfNodeHttp = ({ headers }: Request) => headers.has('host') && !headers.has('sec-fetch-mode')

/** An answer for which msw closes the socket of node:http, so that Node makes the error; a Response.error() is one without a code there. */
const closedSocket = () => new Response(new ReadableStream({ start: (controller) => controller.error(new Error()) }))

/** The API stands at the root of its host (observed: the official client drops a path prefix). */
export function withoutSlash(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(
      `baseUrl must be an absolute URL such as "https://ricloud-api.reincubate.com", got ${shownUrl(baseUrl)}.`,
    )
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new Error(
      `baseUrl must have no path, since the API stands at the root of its host; got ${shownUrl(baseUrl)}.`,
    )
  }
  return url.origin
}
