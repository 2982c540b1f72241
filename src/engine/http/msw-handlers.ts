import { type HttpHandler, http } from 'msw'
import type { Method } from './router.ts'

type Fetch = (request: Request) => Promise<Response>

/** A single msw handler for all calls to a base URL, so that matching does not depend on the number of endpoints. */
export function handlerFor(baseUrl: string, fetch: Fetch): HttpHandler {
  return http.all(`${withoutSlash(baseUrl)}/*`, ({ request }) => fetch(request))
}

/** One msw handler for each endpoint, and a last one for the API's 404, for the user's own `setupServer` or `setupWorker`. */
export function handlersFor(
  routes: readonly { readonly method: Method; readonly path: string }[],
  baseUrl: string,
  fetch: Fetch,
): HttpHandler[] {
  const verbs = { GET: http.get, POST: http.post, PUT: http.put, DELETE: http.delete }
  const endpoints = routes.map(({ method, path }) =>
    verbs[method](`${withoutSlash(baseUrl)}${path.replace('{id}', ':id')}`, ({ request }) => fetch(request)),
  )
  return [...endpoints, handlerFor(baseUrl, fetch)]
}

/** Checks a base URL, and returns its origin: the API is at the root of its host (observed: the official client drops a path prefix). */
export function withoutSlash(baseUrl: string): string {
  let url: URL
  try {
    url = new URL(baseUrl)
  } catch {
    throw new Error(`baseUrl must be an absolute URL such as "https://ricloud-api.reincubate.com", got "${baseUrl}".`)
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new Error(`baseUrl must have no path, since the API stands at the root of its host; got "${baseUrl}".`)
  }
  return url.origin
}
