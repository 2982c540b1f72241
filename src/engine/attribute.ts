/** Makes what a record gets that a plain `create` was not given. */
export interface Defaults {
  id(resource: string): number
  uuid(): string
  text(length: number): string
  stamp(): string
}

type Type = 'boolean' | 'choice' | 'datetime' | 'id' | 'integer' | 'json' | 'list' | 'nested' | 'text' | 'uuid'

declare const stored: unique symbol

/**
 * One attribute of a resource, as data. Record type, response, fixture and filter schema, the OpenAPI document and the
 * default of a plain `create` are derived from it.
 */
export interface Attribute<Stored = unknown> {
  readonly type: Type
  readonly isNullable?: true
  /** The values of a choice. */
  readonly values?: readonly string[]
  /** The resource that is named, nested or listed. */
  readonly to?: string
  /** Of a list: only the attributes that a definition gives as `nested`. */
  readonly isShort?: true
  readonly minimum?: number
  readonly isNonEmpty?: true
  /** The zod schema of a JSON value as it is sent; made when it is first needed. */
  readonly schema?: () => object
  /** The zod schema of what a fixture may say instead, where that differs. */
  readonly given?: () => object
  /** What the OpenAPI document calls the schema of a JSON value. */
  readonly component?: string
  /** Beside what the type says; with the evidence where that is not "documented". */
  readonly description?: string
  /** Never shown by `/_mock`, the inspector and messages, and not to be named by scenarios. */
  readonly isSecret?: true
  /** Sent to some callers only, so it may be missing. */
  readonly isOptional?: true
  /** Whether records hold it; otherwise it is made when it is sent. */
  readonly isComputed?: true
  readonly initial?: (defaults: Defaults) => Stored
  /** For the compiler alone. */
  readonly [stored]?: Stored
}

export type Attributes = Readonly<Record<string, Attribute>>

/** What records hold of an attribute. */
export type StoredOf<A> = A extends { readonly [stored]?: infer Stored } ? Exclude<Stored, undefined> : never

type Options<Stored> = Pick<
  Attribute<Stored>,
  'description' | 'initial' | 'isSecret' | 'isOptional' | 'isNonEmpty' | 'minimum' | 'given' | 'component'
>

export const text = (options: Options<string> = {}): Attribute<string> => ({
  type: 'text',
  initial: () => '',
  ...options,
})

export const boolean = (options: Options<boolean> = {}): Attribute<boolean> => ({
  type: 'boolean',
  initial: () => false,
  ...options,
})

export const integer = (options: Options<number> = {}): Attribute<number> => ({
  type: 'integer',
  initial: () => 0,
  ...options,
})

/** One of some words; the first by default. */
export const choice = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  options: Options<Values[number]> = {},
): Attribute<Values[number]> => ({ type: 'choice', values, initial: () => values[0], ...options })

export const datetime = (options: Options<string> = {}): Attribute<string> => ({
  type: 'datetime',
  initial: ({ stamp }) => stamp(),
  ...options,
})

/** The integer ID of another resource. */
export const id = (to: string, options: Options<number> = {}): Attribute<number> => ({
  type: 'id',
  to,
  initial: () => 1,
  ...options,
})

/** The UUID of another resource. */
export const uuid = (to: string, options: Options<string> = {}): Attribute<string> => ({
  type: 'uuid',
  to,
  initial: ({ uuid }) => uuid(),
  ...options,
})

/**
 * Any JSON value.
 *
 * @param schema gives its zod schema, which is made when it is first needed
 */
export const json = <Stored>(schema: () => object, options: Options<Stored> = {}): Attribute<Stored> => ({
  type: 'json',
  schema,
  ...options,
})

/** A whole other resource, of which records hold the integer ID. */
export const nested = (to: string, options: Options<number> = {}): Attribute<number> => ({
  type: 'nested',
  to,
  initial: () => 1,
  ...options,
})

/** A list object of other resources, made when it is sent. */
export const list = (to: string, options: Pick<Attribute, 'description' | 'isShort'> = {}) =>
  ({ type: 'list', to, isComputed: true, ...options }) as const satisfies Attribute

/** Where null is sent too, and held by default. */
export const nullable = <Stored>(attribute: Attribute<Stored>): Attribute<Stored | null> => ({
  ...(attribute as Attribute<Stored | null>),
  isNullable: true,
  initial: () => null,
})

/** An attribute that is made when it is sent, and that no record holds. */
export const computed = <A extends Attribute>({ initial: _, ...attribute }: A) =>
  ({ ...attribute, isComputed: true }) as Omit<A, 'initial'> & { readonly isComputed: true }
