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

/** How views of a resource are made. */
interface Layout<Viewer> {
  /** A view without values. */
  readonly blank: Sent
  readonly steps: readonly Step<Viewer>[]
}

/** Records as the API sends them: attributes in the order of their definitions. */
export class Views<Viewer extends BaseViewer, Records extends Readonly<Record<string, BaseRecord>>> {
  readonly #whole = new Map<keyof Records, Layout<Viewer>>()
  readonly #nested = new Map<keyof Records, Layout<Viewer>>()
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
      this.#whole.set(resource, layout(resource, Object.keys(definition.shape).map(step)))
      if (definition.nested) this.#nested.set(resource, layout(resource, definition.nested.map(step)))
    }
  }

  show<Name extends keyof Records & string>(viewer: Viewer, resource: Name, record: Records[Name]): Sent {
    return sent(viewer, record, this.#whole.get(resource) as Layout<Viewer>)
  }

  /** The shorter view of a record within another one. */
  showNested<Name extends keyof Records & string>(viewer: Viewer, resource: Name, record: Records[Name]): Sent {
    return sent(viewer, record, this.#nested.get(resource) as Layout<Viewer>)
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

function layout<Viewer>(resource: string, steps: readonly Step<Viewer>[]): Layout<Viewer> {
  const blank = Object.fromEntries([['id', null], ['resource', resource], ...steps.map(([name]) => [name, null])])
  // V8 makes a hash table of an object that gets more than a dozen properties one by one, which takes four times the memory
  // of a copy of a parsed object. That each blank is a copy too lets V8 see many kinds of them here, before any view is made:
  // the frozen copies of few kinds would have a hidden class each.
  return { blank: copyOf(JSON.parse(JSON.stringify(blank))), steps }
}

const copyOf = (blank: Sent): Record<string, unknown> => ({ ...blank })

function sent<Viewer>(viewer: Viewer, record: BaseRecord, { blank, steps }: Layout<Viewer>): Sent {
  const view = copyOf(blank)
  view.id = record.id
  let isWhole = true
  for (const [name, make] of steps) {
    const value = make ? make(viewer, record as never) : record[name as keyof BaseRecord]
    view[name] = value
    if (value === undefined) isWhole = false
  }
  return isWhole ? view : Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}
