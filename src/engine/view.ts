import type { Attribute } from './attribute.ts'
import { attributesOf, type BaseRecord, type Definitions } from './resource.ts'

/** Who looks at records, and how they are sent to it. */
export interface BaseViewer {
  /** What of several ways of sending the same is chosen; texts of lists are kept for each. */
  readonly dialect: string
  /** Whether a list object begins with `"resource": "list"`. */
  readonly tagsLists: boolean
}

/** What of a resource is sent otherwise than its records hold it. */
export interface View<Viewer, Row> {
  /** Attributes that are made when they are sent; undefined leaves one out. */
  readonly computed?: Readonly<Record<string, (viewer: Viewer, record: Row) => unknown>>
  /**
   * What the view is made of, which is replaced when that changes; left out, the record itself. Undefined where it is
   * made of more than one thing.
   */
  readonly madeOf?: (viewer: Viewer, record: Row) => object | undefined
}

export type Sent = Readonly<Record<string, unknown>>

type Step<Viewer> = readonly [name: string, make: ((viewer: Viewer, record: never) => unknown) | undefined]

/** Records as the API sends them: attributes in the order of their definitions. */
export class Views<Viewer extends BaseViewer, Records extends Readonly<Record<string, BaseRecord>>> {
  readonly #whole = new Map<keyof Records, readonly Step<Viewer>[]>()
  readonly #nested = new Map<keyof Records, readonly Step<Viewer>[]>()
  readonly #views: { readonly [Name in keyof Records]?: View<Viewer, Records[Name]> }

  /** Throws an Error if nothing makes an attribute that records do not hold. */
  constructor(definitions: Definitions, views: { readonly [Name in keyof Records]?: View<Viewer, Records[Name]> }) {
    this.#views = views
    for (const [resource, definition] of Object.entries(definitions)) {
      const attributes = attributesOf(definition)
      const step = (name: string): Step<Viewer> => {
        const make = views[resource]?.computed?.[name]
        const { isComputed, type } = attributes[name] as Attribute
        if (!make && (isComputed || type === 'nested')) {
          throw new Error(`Nothing makes the attribute ${name} of ${resource}.`)
        }
        return [name, make]
      }
      this.#whole.set(resource, Object.keys(definition.shape).map(step))
      if (definition.nested) this.#nested.set(resource, definition.nested.map(step))
    }
  }

  show<Name extends keyof Records & string>(viewer: Viewer, resource: Name, record: Records[Name]): Sent {
    return sent(viewer, resource, record, this.#whole.get(resource) ?? [])
  }

  /** The shorter view of a record within another one. */
  showNested<Name extends keyof Records & string>(viewer: Viewer, resource: Name, record: Records[Name]): Sent {
    return sent(viewer, resource, record, this.#nested.get(resource) ?? [])
  }

  /** What the view of a record is made of, as `View.madeOf` says. */
  madeOf<Name extends keyof Records & string>(
    viewer: Viewer,
    resource: Name,
    record: Records[Name],
  ): object | undefined {
    const { madeOf } = this.#views[resource] ?? {}
    return madeOf ? madeOf(viewer, record) : record
  }
}

function sent<Viewer>(viewer: Viewer, resource: string, record: BaseRecord, steps: readonly Step<Viewer>[]): Sent {
  const view: Record<string, unknown> = { id: record.id, resource }
  for (const [name, make] of steps) {
    const value = make ? make(viewer, record as never) : record[name as keyof BaseRecord]
    if (value !== undefined) view[name] = value
  }
  return view
}
