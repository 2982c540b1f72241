// The words of scenarios as types, derived from the definitions of an API; schema.ts checks the same when one is loaded.
import type { StoredOf } from '../engine/attribute.ts'
import type { Definitions } from '../engine/resource.ts'

type PastOf<Verb extends string> = Verb extends `${string}e` ? `${Verb}d` : `${Verb}ed`

type ValueIn<T> = T[keyof T]

/** The verbs of a lifecycle with their outcomes, as a union of objects. */
type Transitions<D> = D extends { readonly lifecycle: infer States } ? ValueIn<States> : never
type KeyIn<T> = T extends unknown ? keyof T & string : never
type OutcomeIn<T> = T extends unknown ? ValueIn<T> : never
type Each<T> = T extends readonly (infer One)[] ? One : T

/** The events of a lifecycle: with the verb in the past tense, and with the state entered. */
type MovesOf<Name extends string, D> = true extends (D extends { readonly isSilent?: infer Silent } ? Silent : never)
  ? never
  : `${Name}.${PastOf<KeyIn<Transitions<D>>> | Extract<Each<OutcomeIn<Transitions<D>>>, string>}`

type OwnEventsOf<Name extends string, D> = D extends { readonly events?: infer Events }
  ? { [Event in KeyIn<Events>]: Event extends `${string}.${string}` ? Event : `${Name}.${Event}` }[KeyIn<Events>]
  : never

/** The names of the events of a resource; a template, so that messages of the compiler show them. */
export type EventOf<
  All extends Definitions,
  Name extends keyof All & string,
> = `${MovesOf<Name, All[Name]> | OwnEventsOf<Name, All[Name]>}`

/** The names of all events. */
export type EventNameOf<All extends Definitions> = `${{ [Name in keyof All & string]: EventOf<All, Name> }[keyof All &
  string]}`

/** A call pattern: a method (or `*`) and a path, `*` for any segment. */
export type CallPattern = `${'GET' | 'POST' | 'DELETE' | '*'} /${string}`

/** A value that a condition can have; a number may be written as digits in a string. */
type Condition<Value> = [Value] extends [never]
  ? never
  : [Value] extends [string | number | boolean | null]
    ? Value | (number extends Value ? `${number}` : never)
    : never

type ShapeOf<D> = D extends { readonly shape: infer Shape } ? Shape : never

/** The attributes of a resource that have a single value. */
type OwnConditions<D> = {
  readonly [Name in keyof ShapeOf<D> & string as [Condition<StoredOf<ShapeOf<D>[Name]>>] extends [never]
    ? never
    : Name]?: Condition<StoredOf<ShapeOf<D>[Name]>>
} & { readonly id?: D extends { readonly id: 'uuid' } ? string : number | `${number}` }

type NestedIn<Shape> = {
  [Name in keyof Shape & string]: Shape[Name] extends { readonly type: 'nested' } ? Name : never
}[keyof Shape & string]

/** The attributes of nested records, with a dot: `source.identifier`. */
type NestedConditions<All extends Definitions, Shape> = ValueIn<{
  [Name in NestedIn<Shape>]: Shape[Name] extends { readonly to: infer To extends keyof All }
    ? {
        readonly [Inner in keyof OwnConditions<All[To]> & string as `${Name}.${Inner}`]?: OwnConditions<All[To]>[Inner]
      }
    : never
}>

/** The names of the resources that a target means: one resource, or those of a group. */
type MemberOf<All extends Definitions, Target> = {
  [Name in keyof All & string]: Name extends Target
    ? Name
    : All[Name] extends { readonly group?: infer Group }
      ? Target extends NonNullable<Group>
        ? Name
        : never
      : never
}[keyof All & string]

type Flat<T> = { readonly [Name in keyof T]: T[Name] }

type ConditionsOf<All extends Definitions, Name extends keyof All & string, Further> = Name extends unknown
  ? Flat<
      OwnConditions<All[Name]> &
        Further &
        ([NestedIn<ShapeOf<All[Name]>>] extends [never] ? unknown : NestedConditions<All, ShapeOf<All[Name]>>)
    >
  : never

/** The conditions for records of a resource, or of a group. */
export type WhereOf<All extends Definitions, Target> = [Target] extends [never]
  ? never
  : ConditionsOf<
      All,
      MemberOf<All, Target>,
      Target extends keyof All ? unknown : { readonly resource?: MemberOf<All, Target> }
    >
