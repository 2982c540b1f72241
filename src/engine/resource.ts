import { type Attribute, type Attributes, choice, type StoredOf } from './attribute.ts'
import { readIntegerId } from './fields.ts'

/** For each state, the verbs that it allows and the state that each leads to; where a verb may lead to several, the rule chooses. */
export type Lifecycle<State extends string = string> = Readonly<
  Record<State, Readonly<Record<string, State | readonly State[]>>>
>

/** How a state looks: working, not ready yet, failed, held up, or over. */
export type Tone = 'good' | 'wait' | 'bad' | 'hold' | 'over'

/** How the inspector shows the records of a resource, where that does not follow from the rest of its definition. */
export interface Display<Name extends string = string, State extends string = string> {
  /** Tables come in this order; those without a position come last, in the order of the definitions. */
  readonly position?: number
  /** Whether it has no table. */
  readonly isHidden?: true
  /** The columns after ID and state; without it, every attribute that is sent and fits into a cell. */
  readonly columns?: readonly Name[]
  /** The attribute that names a record to people; one that refers to a record stands for that record's own label. */
  readonly label?: Name
  /** The title of narrow columns that hold its ID. */
  readonly shortTitle?: string
  /** Without it, every state looks like one that is over. */
  readonly tones?: Readonly<Record<State, Tone>>
  /** How to get a record where there is none. */
  readonly hint?: string
  /** Its records are bars on the time line. */
  readonly timeLine?: TimeLine<Name>
}

/** What of a record its bar on the time line is drawn from, besides its states. */
export interface TimeLine<Name extends string = string> {
  /** When the record ended; for records whose history is not known. */
  readonly end: Name
  /** A period after an event in which something that was replaced still works. */
  readonly grace?: {
    /** What still works. */
    readonly of: string
    /** The verbs of the events that begin and end it, and of the due work that will end it. */
    readonly begins: string
    readonly ends: string
    readonly due: string
  }
}

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
  readonly events?: Readonly<Record<string, string | undefined>>
  /** What is sent after `id` and `resource`, in this order. */
  readonly shape: Shape
  /** What records hold and the API does not send. */
  readonly hidden: Hidden
  /** The attributes that a shorter view has, where the resource is nested in another. */
  readonly nested?: readonly string[]
  /** Attributes that lists can be filtered by, in the order of the document. */
  readonly filters: readonly string[]
  /** Attributes that rules look records up by, beside the filters. */
  readonly lookups?: readonly string[]
  /** Values that belong to one record of a world each. */
  readonly unique?: readonly string[]
  /** The attribute that names whose a record is; without it, a record is its own. */
  readonly owner?: string
  /** What a fixture calls its list of these; without it, none has one. */
  readonly fixtures?: string
  /** What actions and conditions call it together with others of its kind. */
  readonly group?: string
  /** Resources that a record of it leads to, besides itself, nearest first. */
  readonly leadsTo?: readonly string[]
  /** The attribute that holds, as a resource and a verb, what a record of it is about; with the one that holds the ID. */
  readonly about?: { readonly type: string; readonly id: string }
  readonly display?: Display
}

export type Definitions = Readonly<Record<string, Definition>>

/**
 * What of a definition names its own attributes and states. `Definition` has plain strings there, so that every definition
 * is a `Definition`, for TypeScript 5.9 too.
 */
interface OwnNames<Name extends string, State extends string> {
  readonly events?: Readonly<Record<string, State | undefined>>
  readonly nested?: readonly Name[]
  readonly filters: readonly Name[]
  readonly lookups?: readonly Name[]
  readonly unique?: readonly Name[]
  readonly owner?: Name
  readonly display?: Display<Name, State>
}

/** Checks the names within a definition against its attributes and states. */
export const resource = <
  const Shape extends Attributes,
  const Hidden extends Attributes,
  const States extends Lifecycle,
  const Id extends 'integer' | 'uuid',
>(
  definition: Definition<Shape, Hidden, States, Id> &
    OwnNames<(keyof Shape | keyof Hidden) & string, keyof States & string>,
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
