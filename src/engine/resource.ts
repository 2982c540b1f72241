import { type Attribute, type Attributes, choice, type StoredOf } from './attribute.ts'
import { readIntegerId } from './fields.ts'
import { mapAt } from './values.ts'

/** For each state, the verbs that it allows and the state that each leads to; if a verb can lead to several, the rule chooses. */
export type Lifecycle<State extends string = string> = Readonly<
  Record<State, Readonly<Record<string, State | readonly State[]>>>
>

/** The appearance of a state in the inspector: working, not ready yet, failed, blocked, or ended. */
export type Tone = 'good' | 'wait' | 'bad' | 'hold' | 'over'

/** How the inspector shows the records of a resource, if that cannot be derived from the rest of its definition. */
export interface Display<Name extends string = string, State extends string = string> {
  /** The position of its table; tables without one come last, in the order of the definitions. */
  readonly position?: number
  /** Whether it has no table. */
  readonly isHidden?: true
  /** The columns after ID and state; by default every attribute of responses that fits into a cell. */
  readonly columns?: readonly Name[]
  /** The attribute that identifies a record to people; for an attribute that refers to a record, that record's label is shown. */
  readonly label?: Name
  /** The title of narrow columns with its ID. */
  readonly shortTitle?: string
  /** By default every state is shown as `over`. */
  readonly tones?: Readonly<Record<State, Tone>>
  /** How to create a record; shown while there is none. */
  readonly hint?: string
  /** The attribute with the URL of an object in a bucket, which is shown with the record. */
  readonly content?: Name
  /** Large attributes that only the pane of a record shows, which is fetched by itself. */
  readonly paneOnly?: readonly Name[]
  /** Set if its records are bars on the time line. */
  readonly timeLine?: TimeLine<Name>
}

/** What the bar of a record on the time line shows beyond its states. */
export interface TimeLine<Name extends string = string> {
  /** The attribute with the instant at which the record ended; used for records without known events. */
  readonly end: Name
  /** The attribute with the instant at which a part began; by default that of its creation. */
  readonly start?: Name
  /** The attribute with the record below whose bar it is drawn. */
  readonly below?: Name
  /** The attribute with the record in whose bar it is drawn as a part; it has a bar of its own only with `below`. */
  readonly partOf?: Name
  /** The attributes with the seconds after which its due work is due again, and with the instant at which that ends. */
  readonly repeats?: { readonly every: Name; readonly until: Name }
  /** A period after an event in which a replaced value is still accepted. */
  readonly grace?: {
    /** The name of that value, for people. */
    readonly of: string
    /** The verbs of the events that begin and end the period, and of the due work that will end it. */
    readonly begins: string
    readonly ends: string
    readonly due: string
  }
}

/** The definition of a resource, from which its types, tables, schemas and documents are derived. */
export interface Definition<
  Shape extends Attributes = Attributes,
  Hidden extends Attributes = Attributes,
  States extends Lifecycle = Lifecycle,
  Id extends 'integer' | 'uuid' = 'integer' | 'uuid',
  Events = Readonly<Record<string, string | undefined>>,
> {
  readonly id: Id
  /** The path at which the API offers it. */
  readonly path: string
  /** One line for the OpenAPI document. */
  readonly description: string
  readonly lifecycle: States
  /** Whether moves of its records emit no events. */
  readonly isSilent?: true
  /** A nullable attribute; moves of records in which it is null emit no events. */
  readonly silentWithout?: string
  /** The values of the attribute `error` in each state that has them. */
  readonly errors?: Readonly<Record<string, readonly string[]>>
  /** Events that are no transition of the lifecycle, by verb or full name, with the state after them if it is certain. */
  readonly events?: Events
  /** The attributes of responses after `id` and `resource`, in this order. */
  readonly shape: Shape
  /** Attributes of records that the API does not send. */
  readonly hidden: Hidden
  /** The attributes of the shorter view that is nested in another resource. */
  readonly nested?: readonly string[]
  /** Attributes that lists can be filtered by, in the order of the OpenAPI document. */
  readonly filters: readonly string[]
  /** Attributes by which rules look up records, in addition to the filters. */
  readonly lookups?: readonly string[]
  /** Attributes whose values are unique in a world. */
  readonly unique?: readonly string[]
  /** The attribute with the ID of the record's owner; by default a record is its own owner. */
  readonly owner?: string
  /** The attributes with the IDs of records whose views contain it, each named after their resource. */
  readonly partOf?: readonly string[]
  /** The key of its list in fixtures; without it, fixtures have none. */
  readonly fixtures?: string
  /** A name by which actions and conditions refer to this and similar resources. */
  readonly group?: string
  /** Resources that can be found from a record of it, nearest first. */
  readonly leadsTo?: readonly string[]
  /** For records about another record: the attribute with its resource (and a verb), and the one with its ID. */
  readonly about?: { readonly type: string; readonly id: string }
  readonly display?: Display
}

export type Definitions = Readonly<Record<string, Definition>>

/**
 * The parts of a definition that refer to its own attributes and states. In `Definition` they are plain strings, so that
 * every definition is assignable to it, in TypeScript 5.9 too.
 */
interface OwnNames<Name extends string, State extends string> {
  readonly nested?: readonly Name[]
  readonly filters: readonly Name[]
  readonly lookups?: readonly Name[]
  readonly unique?: readonly Name[]
  readonly owner?: Name
  readonly partOf?: readonly Name[]
  readonly silentWithout?: Name
  readonly errors?: { readonly [In in State]?: readonly string[] }
  readonly display?: Display<Name, State>
}

/** Parts of a definition that the types of scenarios are derived from, as they are written. */
export interface Written<Silent extends true | undefined, Group extends string | undefined> {
  readonly isSilent?: Silent
  readonly group?: Group
}

/** Defines a resource; the compiler checks references to its own attributes and states. */
export const resource = <
  const Shape extends Attributes,
  const Hidden extends Attributes,
  const States extends Lifecycle,
  const Id extends 'integer' | 'uuid',
  const Events extends Readonly<Record<string, (keyof States & string) | undefined>> = Record<never, undefined>,
  const Silent extends true | undefined = undefined,
  const Group extends string | undefined = undefined,
>(
  definition: Definition<Shape, Hidden, States, Id, Events> &
    OwnNames<(keyof Shape | keyof Hidden) & string, keyof States & string> &
    Written<Silent, Group>,
): Definition<Shape, Hidden, States, Id, Events> & Written<Silent, Group> => definition

/** The attribute `state` of a lifecycle. */
export const stateOf = <States extends Lifecycle>(lifecycle: States): Attribute<keyof States & string> =>
  choice(Object.keys(lifecycle) as [keyof States & string, ...(keyof States & string)[]])

type Held<A extends Attributes> = {
  readonly [Name in keyof A as A[Name] extends { readonly isComputed: true } ? never : Name]: StoredOf<A[Name]>
}

/** The type of a resource's records: the attributes that the API sends, except computed ones, and the hidden ones. */
export type RecordOf<D> =
  D extends Definition<infer Shape, infer Hidden, Lifecycle, infer Id>
    ? { readonly id: Id extends 'integer' ? number : string } & Held<Shape> & Held<Hidden>
    : never

/** The types of records, by resource. */
export type RecordsOf<All> = { readonly [Name in keyof All]: RecordOf<All[Name]> }

/** The attributes that every record has. */
export interface BaseRecord {
  readonly id: string | number
  readonly date_created: string
}

/** All attributes of a resource, sent and hidden, by name. */
export const attributesOf = ({ shape, hidden }: Definition): Attributes => ({ ...shape, ...hidden })

/** The past tense of a verb: `expire` → `expired`. */
export const pastOf = (verb: string) => (verb.endsWith('e') ? `${verb}d` : `${verb}ed`)

/** By resource and verb. */
const eventNames = new Map<string, Map<string, string>>()

/** The name of the event of a transition: `session.expired`. It is kept, since joining it takes longer than finding it. */
export function eventOf(resource: string, verb: string): string {
  const names = mapAt(eventNames, resource)
  let name = names.get(verb)
  if (name === undefined) names.set(verb, (name = `${resource}.${pastOf(verb)}`))
  return name
}

/** Converts the text of an ID in a path or query to the ID of a record; an invalid integer gives 0, which no record has. */
export const readId = ({ id }: Definition, text: string): string | number =>
  id === 'uuid' ? text : (readIntegerId(text) ?? 0)
