import type { TabStore } from './tab-store.ts'

export const viewNames = ['time', 'records', 'requests', 'webhooks', 'scenario', 'snapshots', 'worlds'] as const
export type ViewName = (typeof viewNames)[number]

/** Which view is shown, and what in it. Each part is in the address. */
export interface Route {
  readonly view: ViewName
  /** The resource of the table, or of the open record. */
  readonly resource?: string | undefined
  /** What is open in the pane. */
  readonly id?: string | undefined
  readonly filter?: string | undefined
  /** `-date_created` for the newest first. */
  readonly sort?: string | undefined
  /** The span of the time line, ISO 8601; absent while it is the usual one. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The width of the names on the time line, in pixels. */
  readonly names?: number | undefined
  /** The part of the pane that is shown. */
  readonly part?: string | undefined
}

/** Views whose panes show records of any resource. */
const withResource: readonly ViewName[] = ['time', 'records']

const parameters = ['filter', 'sort', 'from', 'to', 'names', 'part'] as const

/** `#/records/book/1?filter=renate` as a route; the time line for an unknown view. What cannot be read is left out. */
export function routeOf(hash: string): Route {
  const [path = '', search = ''] = splitAt(hash.replace(/^#?\/?/, ''), '?')
  const [name, one, other] = path.split('/').map(decoded)
  const view = viewNames.find((known) => known === name) ?? 'time'
  const place = withResource.includes(view) ? { resource: one, id: other } : { id: one }
  const given = new URLSearchParams(search)
  const { names, from, to, ...texts } = Object.fromEntries(
    parameters.map((parameter) => [parameter, given.get(parameter) ?? undefined]),
  )
  const width = Number(names)
  return {
    view,
    ...withoutEmpty({
      ...place,
      ...texts,
      ...(isSpan(from, to) && { from, to }),
      ...(width >= 60 && width <= 2000 && { names: Math.round(width) }),
    }),
  }
}

/** The hash of a route. */
export function hashOf(route: Route): string {
  const { view, resource, id } = route
  const path = [view, resource, id].filter((part) => part !== undefined).map(encodeURIComponent)
  const given = parameters.flatMap((name) => (route[name] === undefined ? [] : [[name, String(route[name])]]))
  const search = new URLSearchParams(given).toString()
  return `#/${path.join('/')}${search && `?${search}`}`
}

const isSpan = (from = '', to = '') => Date.parse(from) < Date.parse(to)

const splitAt = (text: string, mark: string) => {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const withoutEmpty = (route: object) =>
  Object.fromEntries(Object.entries(route).filter(([, value]) => value !== undefined && value !== ''))

/** Where the route is kept: in the address of the page, or in memory for a mounted inspector. */
export interface Place {
  /** The route and the world; null for the first world. */
  read(): { readonly route: Route; readonly world: string | null }
  /** @param isNew whether going back returns to the route before */
  write(route: Route, world: string | null, isNew: boolean): void
  /** Calls back when the browser goes back or forward. Returns a function that ends that. */
  on(changed: () => void): () => void
  /** The address of a route, for links; undefined in memory. */
  href?(route: Route, world: string | null): string
}

/** Keeps the route in a store of the tab, so that a reload of the page shows the same. */
export function placeInTab(kept: TabStore): Place {
  return {
    read: () => {
      const { hash, world } = kept.read()
      return { route: routeOf(typeof hash === 'string' ? hash : ''), world: typeof world === 'string' ? world : null }
    },
    write: (route, world) => kept.write({ hash: hashOf(route), world }),
    on: () => () => {},
  }
}

/** How long the address may lag behind, in milliseconds: browsers limit how often it is changed. */
const lag = 300

/** Keeps the route in the address of the page, so that a reload and a link show the same. */
export function placeInAddress(): Place {
  let late: ReturnType<typeof setTimeout> | undefined
  const href = (route: Route, world: string | null) =>
    `${location.pathname}${world === null ? '' : `?world=${encodeURIComponent(world)}`}${hashOf(route)}`
  return {
    read: () => ({ route: routeOf(location.hash), world: new URLSearchParams(location.search).get('world') }),
    write: (route, world, isNew) => {
      clearTimeout(late)
      if (isNew) history.pushState(null, '', href(route, world))
      else late = setTimeout(() => history.replaceState(null, '', href(route, world)), lag)
    },
    on: (changed) => {
      addEventListener('popstate', changed)
      return () => removeEventListener('popstate', changed)
    },
    href,
  }
}
