import type { Attribute } from './attribute.ts'
import { attributesOf, type BaseRecord, type Definitions } from './resource.ts'

/** For whom views are made, and in which form. */
export interface BaseViewer {
  /** The variant of the API's responses; cached JSON is kept per dialect. */
  readonly dialect: string
  /** Whether a list object begins with `"resource": "list"`. */
  readonly tagsLists: boolean
}

/** How the view of a resource differs from its records. */
export interface View<Viewer, Row> {
  /** Functions that compute attributes; an attribute for which one returns undefined is left out. */
  readonly computed?: Readonly<Record<string, (viewer: Viewer, record: Row) => unknown>>
  /**
   * Returns the object that the view is computed from, which is replaced with every change, so that it can serve as a
   * cache key; by default the record. Undefined if the view depends on more than one object.
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

  /** Throws an Error if a computed or nested attribute has no function. */
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

  /** The object that the view of a record is computed from: see `View.madeOf`. */
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
