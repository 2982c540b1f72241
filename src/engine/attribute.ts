/** Generates the values of a record that a `create` of the plain model leaves out. */
export interface Defaults {
  id(resource: string): number
  uuid(): string
  text(length: number): string
  stamp(): string
}

type Type = 'boolean' | 'choice' | 'datetime' | 'id' | 'integer' | 'json' | 'list' | 'nested' | 'text' | 'uuid'

declare const stored: unique symbol

/**
 * The definition of one attribute of a resource. The record type, the schemas of responses, fixtures and filters, the
 * OpenAPI document and the default in the plain model are derived from it.
 */
export interface Attribute<Stored = unknown> {
  readonly type: Type
  readonly isNullable?: true
  /** The values of a choice. */
  readonly values?: readonly string[]
  /** The resource that the attribute refers to, nests or lists. */
  readonly to?: string
  /** Whether the items of a list have only the attributes in the definition's `nested`. */
  readonly isShort?: true
  readonly minimum?: number
  readonly isNonEmpty?: true
  /** The zod schema of a JSON value in responses; created on first use. */
  readonly schema?: () => object
  /** The zod schema of the value in fixtures, if it differs. */
  readonly given?: () => object
  /** The name of a JSON value's schema in the OpenAPI document. */
  readonly component?: string
  /** The zod schema of a JSON value in filters and conditions; without it, neither can name the attribute. */
  readonly filter?: () => object
  /** A description for the OpenAPI document; with the evidence, unless it is "documented". */
  readonly description?: string
  /** Never shown by `/_mock`, the inspector or messages; scenarios cannot refer to it. */
  readonly isSecret?: true
  /** Whether it may be missing, because only some callers get it. */
  readonly isOptional?: true
  /** Whether it is computed for each response instead of stored in records. */
  readonly isComputed?: true
  readonly initial?: (defaults: Defaults) => Stored
  /** Exists only as a type. */
  readonly [stored]?: Stored
}

export type Attributes = Readonly<Record<string, Attribute>>

/** The type of an attribute's value in records. */
export type StoredOf<A> = A extends { readonly [stored]?: infer Stored } ? Exclude<Stored, undefined> : never

type Options<Stored> = Pick<
  Attribute<Stored>,
  'description' | 'initial' | 'isSecret' | 'isOptional' | 'isNonEmpty' | 'minimum' | 'given' | 'component' | 'filter'
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

/** One of the given strings; the first by default. */
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
 * @param schema returns its zod schema; called on first use
 */
export const json = <Stored>(schema: () => object, options: Options<Stored> = {}): Attribute<Stored> => ({
  type: 'json',
  schema,
  ...options,
})

/** Another resource nested as an object; records store its integer ID. */
export const nested = <const To extends string>(
  to: To,
  options: Options<number> = {},
): Attribute<number> & { readonly type: 'nested'; readonly to: To } => ({
  type: 'nested',
  to,
  initial: () => 1,
  ...options,
})

/** A list object of other resources, computed for each response. */
export const list = (to: string, options: Pick<Attribute, 'description' | 'isShort'> = {}) =>
  ({ type: 'list', to, isComputed: true, ...options }) as const satisfies Attribute

/** Makes an attribute nullable, with null as its default. */
export const nullable = <Stored>(attribute: Attribute<Stored>): Attribute<Stored | null> => ({
  ...(attribute as Attribute<Stored | null>),
  isNullable: true,
  initial: () => null,
})

/** Makes an attribute one that is computed for each response and not stored in records. */
export const computed = <A extends Attribute>({ initial: _, ...attribute }: A) =>
  ({ ...attribute, isComputed: true }) as Omit<A, 'initial'> & { readonly isComputed: true }
