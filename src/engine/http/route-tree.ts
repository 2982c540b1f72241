import { apiErrors } from '../errors.ts'
import { nearest } from '../messages.ts'

/** The part of a route that determines which calls match it. */
interface Placed {
  readonly method: string
  /** With parameter names in braces, `/users/{id}`; the last one may take all segments that are left: `/files/{path...}`. */
  readonly path: string
  /** Text added to the error for a method that the path does not offer. */
  readonly notOffered?: string
}

interface Node<Route> {
  readonly next: Map<string, Node<Route>>
  readonly routes: Map<string, { readonly route: Route; readonly names: readonly string[] }>
}

/** The route of a call, and the values of its path parameters. */
export interface Match<Route> {
  readonly route: Route
  readonly params: Readonly<Record<string, string>> & { readonly id: string }
}

/** The key of a parameter's segment in the tree. */
const any = '{}'
/** The key of a parameter that takes all segments that are left. */
const rest = '{...}'
const special: readonly string[] = [any, rest]

/** Finds routes by method and path segments, without a scan. */
export class RouteTree<Route extends Placed> {
  readonly #root: Node<Route> = { next: new Map(), routes: new Map() }
  readonly #paths = new Set<string>()

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const names: string[] = []
      let node = this.#root
      for (const segment of route.path.split('/').slice(1)) {
        const isRest = segment.endsWith('...}')
        if (segment.startsWith('{')) names.push(segment.slice(1, isRest ? -4 : -1))
        const key = isRest ? rest : segment.startsWith('{') ? any : segment
        let next = node.next.get(key)
        if (!next) node.next.set(key, (next = { next: new Map(), routes: new Map() }))
        node = next
      }
      node.routes.set(route.method, { route, names })
      this.#paths.add(route.path)
    }
  }

  /** Throws the API's 404 if there is none. */
  match(method: string, path: string): Match<Route> {
    let node: Node<Route> | undefined = this.#root
    const values: string[] = []
    const segments = path.split('/')
    for (let i = 1; i < segments.length; i++) {
      const segment = segments[i] as string
      const next: Node<Route> | undefined = special.includes(segment) ? undefined : node.next.get(segment)
      if (next) {
        node = next
        continue
      }
      const value = decoded(segment)
      const others: Node<Route> | undefined = node.next.get(rest)
      if (others) {
        node = others
        values.push(segments.slice(i).map(decoded).join('/'))
        break
      }
      node = value === '' ? undefined : node.next.get(any)
      if (!node) break
      values.push(value)
    }
    if (!node || node.routes.size === 0) throw apiErrors.unknownPath(path, this.#hint(path))
    const found = node.routes.get(method === 'HEAD' ? 'GET' : method)
    if (!found) {
      const offered = Array.from(node.routes.values(), ({ route }) => route)
      const hint = offered.map((other) => other.notOffered ?? '').join('')
      throw apiErrors.methodNotOffered(
        method,
        path,
        offered.map((other) => other.method),
        hint,
      )
    }
    const { route, names } = found
    const params: Record<string, string> & { id: string } = { id: '' }
    for (let i = 0; i < names.length; i++) params[names[i] as string] = values[i] as string
    return { route, params }
  }

  #hint(path: string): string {
    if (path.length > 1 && path.endsWith('/')) return ' Paths have no trailing slash.'
    return nearest(path, [...this.#paths])
  }
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
