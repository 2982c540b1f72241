import type { Evidence } from '../engine/errors.ts'
import { RouteTree } from '../engine/http/route-tree.ts'
import type { Definitions } from '../engine/resource.ts'
import { attributesOf } from '../engine/resource.ts'
import { isRecord } from '../engine/values.ts'
import { referencesOf, resourceAt } from './bindings.ts'
import { jsonOf, type RecordedCall } from './call.ts'

/** A row of the route table, as far as a recording needs it. */
export interface CallRow {
  readonly method: string
  readonly path: string
  readonly operation?: string
  readonly evidence: Evidence
  readonly summary: string
  readonly awaits?: true
  readonly deprecated?: string
  readonly answers?: { readonly [status in 200 | 201]?: string }
}

/** The route of a recorded call, and the resource that it is about. */
export interface CallRoute {
  readonly row: CallRow
  readonly resource: string | undefined
  readonly params: Readonly<Record<string, string>>
}

/** An ID in a request. */
export interface Reference {
  readonly resource: string
  readonly id: unknown
  readonly context: Readonly<Record<string, unknown>>
}

/** Replaces an ID of a resource, or a datetime; returns the same value if it stays. */
type Translate = (kind: string, value: unknown) => unknown

/** A path of the route table as scenarios write it: `/users/*`. */
export const callPath = (path: string) => path.replaceAll(/\{[^{}]*\}/g, '*')

/** The field of a filter: `date_created` for `date_created[gt]` and `date_created__gt`. */
export function fieldOf(name: string): string {
  const at = name.lastIndexOf(name.endsWith(']') ? '[' : '__')
  return at < 0 ? name : name.slice(0, at)
}

/** Finds routes and IDs of recorded calls. */
export class Routes {
  readonly #tree: RouteTree<CallRow>
  readonly #definitions: Definitions
  readonly #references: ReadonlyMap<string, string>

  constructor(rows: readonly CallRow[], definitions: Definitions) {
    this.#tree = new RouteTree(rows)
    this.#definitions = definitions
    this.#references = referencesOf(definitions)
  }

  /** Undefined if the mock does not offer the call. */
  of({ method, path }: Pick<RecordedCall, 'method' | 'path'>): CallRoute | undefined {
    try {
      const { route, params } = this.#tree.match(method, path)
      return { row: route, params, resource: resourceAt(this.#definitions, route.path) }
    } catch {
      return undefined
    }
  }

  /** The IDs in path and body. */
  referencesIn(call: RecordedCall, route: CallRoute): Reference[] {
    const found: Reference[] = []
    const body = jsonOf(call.body)
    const context = isRecord(body) ? body : {}
    this.translated(call, route, (kind, id) => {
      if (Object.hasOwn(this.#definitions, kind)) found.push({ resource: kind, id, context })
      return id
    })
    return found
  }

  /** Path, query and body of a call with its IDs replaced. */
  translated(
    { path, query, body }: RecordedCall,
    { row, resource, params }: CallRoute,
    translate: Translate,
  ): { readonly url: string; readonly json: unknown } {
    const segments = path.split('/')
    const names = row.path.split('/')
    const own = segments.map((segment, i) =>
      names[i] === '{id}' && resource ? encodeURIComponent(String(translate(resource, params.id))) : segment,
    )
    const search = Array.from(new URLSearchParams(query), ([name, value]) => {
      const kind = this.#kindOfParameter(name, resource)
      return [name, kind === undefined ? value : String(translate(kind, value))]
    })
    const text = search.length > 0 ? `?${new URLSearchParams(search)}` : ''
    return { url: own.join('/') + text, json: this.#inBody(jsonOf(body), translate) }
  }

  #kindOfParameter(name: string, resource: string | undefined): string | undefined {
    if (name === 'after_id' || name === 'before_id') return resource
    const field = fieldOf(name)
    const attribute = resource === undefined ? undefined : attributesOf(this.#definitions[resource] as never)[field]
    return attribute?.type === 'datetime' ? 'datetime' : attribute?.to
  }

  #inBody(value: unknown, translate: Translate, kind?: string): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#inBody(one, translate, kind))
    if (isRecord(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, this.#inBody(one, translate, this.#references.get(name))]),
      )
    const isId = kind !== undefined && (typeof value === 'string' || typeof value === 'number')
    return isId ? translate(kind, value) : value
  }
}
