import { apiRoutes } from '../../src/ricloud/routes/index.ts'
import type { Door } from './behaviour.ts'

const patterns = apiRoutes.map(({ method, path }) => {
  return { call: `${method} ${path}`, pattern: new RegExp(`^${method} ${path.replaceAll('{id}', '[^/]+')}$`) }
})

/** A door of which it is known where its answers come from. */
export interface PlacedDoor extends Door {
  /** As `Response.url` tells; empty where nothing was called over a URL. */
  readonly origin: string
}

/** A door that notes what its client got of each endpoint: `GET /users/{id} 200`, or `GET /users/{id} 404 not-found`. */
export function watched(door: PlacedDoor, seen: Set<string>): Door {
  return {
    ...door,
    fetch: async (path, init) => {
      const response = await door.fetch(path, init)
      const asked = `${init?.method ?? 'GET'} ${path.replace(/\?.*/s, '')}`
      const endpoint = patterns.find(({ pattern }) => pattern.test(asked))
      if (endpoint) seen.add(`${endpoint.call} ${await answerOf(door, response)}`)
      return response
    },
  }
}

async function answerOf(door: PlacedDoor, response: Response): Promise<string> {
  // What came from elsewhere is no proof of this door.
  const origin = response.url && new URL(response.url).origin
  if (origin !== door.origin) throw new Error(`The answer came from "${origin}", and not from "${door.origin}".`)
  const { error } = (await response.clone().json()) as { error?: string | null }
  return response.ok ? String(response.status) : `${response.status} ${error}`
}
