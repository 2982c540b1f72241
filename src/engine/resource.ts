import { type Attribute, type Attributes, choice, type StoredOf } from './attribute.ts'
import { readIntegerId } from './fields.ts'

/** For each state, the verbs that it allows and the state that each leads to; where a verb may lead to several, the rule chooses. */
export type Lifecycle<State extends string = string> = Readonly<
  Record<State, Readonly<Record<string, State | readonly State[]>>>
>

/** A resource, defined once: what else is known of it, in types, tables, schemas and documents, is derived. */
export interface Definition<
  Shape extends Attributes = Attributes,
  Hidden extends Attributes = Attributes,
  States extends Lifecycle = Lifecycle,
  Id extends 'integer' | 'uuid' = 'integer' | 'uuid',
> {
  readonly id: Id
  /** Where the API lists or sends it. */
  readonly path: string
  /** One line for the OpenAPI document. */
  readonly description: string
  readonly lifecycle: States
  /** Whether nothing is told of its moves: it tells of others itself. */
  readonly isSilent?: true
  /** Events that are no move of the lifecycle, by verb or whole name, with the state after them where that is certain. */
  readonly events?: Readonly<Record<string, keyof States | undefined>>
  /** What is sent after `id` and `resource`, in this order. */
  readonly shape: Shape
  /** What records hold and the API does not send. */
  readonly hidden: Hidden
  /** The attributes that a shorter view has, where the resource is nested in another. */
  readonly nested?: readonly ((keyof Shape | keyof Hidden) & string)[]
  /** Attributes that lists can be filtered by, in the order of the document. */
  readonly filters: readonly ((keyof Shape | keyof Hidden) & string)[]
  /** Attributes that rules look records up by, beside the filters. */
  readonly lookups?: readonly ((keyof Shape | keyof Hidden) & string)[]
  /** Values that belong to one record of a world each. */
  readonly unique?: readonly ((keyof Shape | keyof Hidden) & string)[]
  /** The attribute that names whose a record is; without it, a record is its own. */
  readonly owner?: (keyof Shape | keyof Hidden) & string
  /** What a fixture calls its list of these; without it, none has one. */
  readonly fixtures?: string
  /** What actions and conditions call it together with others of its kind. */
  readonly group?: string
  /** Resources that a record of it leads to, besides itself, nearest first. */
  readonly leadsTo?: readonly string[]
  /** The attribute that holds, as a resource and a verb, what a record of it is about; with the one that holds the ID. */
  readonly about?: { readonly type: string; readonly id: string }
}

export type Definitions = Readonly<Record<string, Definition>>

/** Checks the names within a definition against its attributes. */
export const resource = <
  const Shape extends Attributes,
  const Hidden extends Attributes,
  const States extends Lifecycle,
  const Id extends 'integer' | 'uuid',
>(
  definition: Definition<Shape, Hidden, States, Id>,
): Definition<Shape, Hidden, States, Id> => definition

/** The attribute `state` of a lifecycle. */
export const stateOf = <States extends Lifecycle>(lifecycle: States): Attribute<keyof States & string> =>
  choice(Object.keys(lifecycle) as [keyof States & string, ...(keyof States & string)[]])

type Held<A extends Attributes> = {
  readonly [Name in keyof A as A[Name] extends { readonly isComputed: true } ? never : Name]: StoredOf<A[Name]>
}

/** How a record of a resource lies in the database: what the API sends, unless it is made for that, and what it hides. */
export type RecordOf<D> =
  D extends Definition<infer Shape, infer Hidden, Lifecycle, infer Id>
    ? { readonly id: Id extends 'integer' ? number : string } & Held<Shape> & Held<Hidden>
    : never

/** The records of some resources, by name. */
export type RecordsOf<All> = { readonly [Name in keyof All]: RecordOf<All[Name]> }

/** What the least of records has. */
export interface BaseRecord {
  readonly id: string | number
  readonly date_created: string
}

/** What is sent and what is hidden of a resource, by name. */
export const attributesOf = ({ shape, hidden }: Definition): Attributes => ({ ...shape, ...hidden })

/** What a verb is called once it has happened: `expire` → `expired`. */
export const pastOf = (verb: string) => (verb.endsWith('e') ? `${verb}d` : `${verb}ed`)

/** The ID that a path or a query gives as text, in the form in which records are found; one that no record has where it is none. */
export const readId = ({ id }: Definition, text: string): string | number =>
  id === 'uuid' ? text : (readIntegerId(text) ?? 0)
