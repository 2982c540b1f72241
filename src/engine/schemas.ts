// Schemas derived from the definitions of resources. Those of responses and fixtures are created on first use.
import * as z from 'zod'
import type { Attribute } from './attribute.ts'
import { givenId, integerId, notDatetime, oneOf } from './fields.ts'
import { attributesOf, type Definition, type Definitions } from './resource.ts'
import { canonicalDatetime, parseInstant } from './time/instant.ts'

/** A datetime in a response. */
export const sentDatetime = () =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    .meta({ format: 'date-time', examples: ['2018-11-08T13:05:29.954188Z'] })

/** A datetime in a fixture, converted to the form that the API sends. */
export const givenDatetime = () =>
  z
    .string()
    .refine((text) => parseInstant(text) !== undefined, { error: ({ input }) => notDatetime(input) })
    .transform((text) => canonicalDatetime(text) ?? text)

/** The values that a filter stands for, where a text may be meant as several. */
type Wanted = string | number | (string | number)[]

/** The filters of a list by attribute: the schema of the value, or `datetime`. */
export type Filters = Readonly<Record<string, z.ZodType<Wanted> | 'datetime'>>

/** The filter by an attribute; undefined if its values have no text form. */
export function filterOf({ type, values, filter }: Attribute): Filters[string] | undefined {
  switch (type) {
    case 'id':
    case 'integer':
    case 'nested':
      return integerId
    case 'uuid':
    case 'text':
      return z.string()
    case 'choice':
      return oneOf(values as readonly [string, ...string[]])
    case 'datetime':
      return 'datetime'
    case 'json':
      return filter?.() as z.ZodType<Wanted> | undefined
    default:
      return undefined
  }
}

/** The documented filters of a list. */
export function filtersOf(definition: Definition): Filters {
  const all = attributesOf(definition)
  return Object.fromEntries(
    definition.filters.map((name) => [name, filterOf(all[name] as Attribute) as Filters[string]]),
  )
}

const idOf = ({ id }: Definition) => (id === 'integer' ? z.int().positive() : z.uuid())

const listOf = (item: z.ZodType) =>
  z.strictObject({
    resource: z.literal('list').exactOptional().describe('Sent only to the official client (observed).'),
    data: z.array(item).readonly().describe('Newest first.'),
    has_more: z.boolean(),
    total_count: z
      .int()
      .nonnegative()
      .describe('The number of all matches, regardless of cursors and limit (assumed).'),
    url: z.string().describe('The path of the list, without its query.'),
  })

/** The schemas of responses, by the names that routes and documents use: `session`, `session_list`, `nested_session`. */
export function sentSchemas(definitions: Definitions): Record<string, z.ZodType> {
  const schemas: Record<string, z.ZodType> = {}
  const named = (name: string) => z.lazy(() => schemas[name] as z.ZodType)
  const sent = (attribute: Attribute): z.ZodType => {
    const { isNullable, isOptional, description } = attribute
    let schema = plain(attribute)
    if (isNullable) schema = schema.nullable()
    if (isOptional) schema = z.exactOptional(schema)
    return description ? schema.describe(description) : schema
  }
  const plain = ({ type, values, to = '', isShort, minimum, schema, component }: Attribute): z.ZodType => {
    switch (type) {
      case 'id':
        return z.int().positive()
      case 'uuid':
        return z.uuid()
      case 'integer':
        return minimum === undefined ? z.int() : z.int().min(minimum)
      case 'boolean':
        return z.boolean()
      case 'choice':
        return z.enum(values as readonly string[])
      case 'datetime':
        return (schemas.datetime ??= sentDatetime())
      case 'nested':
        return z.union([named(to), idOf(definitions[to] as Definition)])
      case 'list':
        return named(isShort ? `nested_${to}_list` : `${to}_list`)
      case 'json':
        if (!component) return schema?.() as z.ZodType
        return (schemas[component] ??= schema?.() as z.ZodType)
      default:
        return z.string()
    }
  }
  for (const [name, definition] of Object.entries(definitions)) {
    const { shape, nested } = definition
    const object = (attributes: readonly [string, Attribute][]) =>
      z.strictObject({
        id: idOf(definition),
        resource: z.literal(name),
        ...Object.fromEntries(attributes.map(([attribute, of]) => [attribute, sent(of)])),
      })
    schemas[name] = object(Object.entries(shape))
    schemas[`${name}_list`] = listOf(schemas[name])
    if (!nested) continue
    const all = attributesOf(definition)
    schemas[`nested_${name}`] = object(nested.map((attribute) => [attribute, all[attribute] as Attribute]))
    schemas[`nested_${name}_list`] = listOf(schemas[`nested_${name}`] as z.ZodType)
  }
  return schemas
}

/** The schema of a record in a fixture: a body as the API sends it, with datetimes in any form that is accepted. */
export function givenSchema(definitions: Definitions, name: string, isShort = false): z.ZodObject {
  const definition = definitions[name] as Definition
  const { id, shape, nested = [] } = definition
  const all = attributesOf(definition)
  const attributes = isShort ? nested.map((one) => [one, all[one] as Attribute] as const) : Object.entries(shape)
  return z.strictObject({
    id: id === 'integer' ? givenId() : z.string().min(1),
    resource: z.literal(name),
    ...Object.fromEntries(attributes.map(([attribute, of]) => [attribute, givenAttribute(definitions, of)])),
  })
}

function givenAttribute(definitions: Definitions, attribute: Attribute): z.ZodType {
  const { type, values, to = '', isShort, isNullable, isOptional, isNonEmpty, schema, given = schema } = attribute
  const plain = (): z.ZodType => {
    switch (type) {
      case 'id':
      case 'integer':
        return z.int()
      case 'boolean':
        return z.boolean()
      case 'choice':
        return z.enum(values as readonly string[])
      case 'datetime':
        return givenDatetime()
      case 'nested':
        return givenSchema(definitions, to).partial().required({ id: true })
      case 'list':
        return z.strictObject({
          resource: z.literal('list').optional(),
          data: z.array(isShort ? givenSchema(definitions, to, true) : z.unknown()),
          has_more: z.boolean(),
          total_count: z.int(),
          url: z.string(),
        })
      case 'json':
        return given?.() as z.ZodType
      default:
        return (given?.() as z.ZodType | undefined) ?? (isNonEmpty ? z.string().min(1) : z.string())
    }
  }
  const nullable = isNullable ? plain().nullable() : plain()
  return isOptional ? nullable.optional() : nullable
}
