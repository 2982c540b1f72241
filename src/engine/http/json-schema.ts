import * as z from 'zod'
import { NewSession, payloads } from '../../ricloud/resources/session.ts'
import { NewSource } from '../../ricloud/resources/source.ts'

/** A schema in JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** Says something of these properties and leaves all others open: some checkers would close them. */
const having = (properties: Readonly<Record<string, JsonSchema>>) => ({ properties, additionalProperties: true })
const ofType = (type: string) => ({ ...having({ type: { const: type } }), required: ['type'] })

/** What requests must also obey, beside what zod can tell of their schemas. */
const beyond = new Map<unknown, () => JsonSchema>([
  [
    NewSource,
    () => ({
      if: ofType('rirelay.instance'),
      else: { ...having({ identifier: { type: 'string' } }), required: ['identifier'] },
    }),
  ],
  [
    NewSession,
    () => ({
      allOf: Object.entries(payloads)
        .filter(([, payload]) => Object.keys(payload.shape).length > 0)
        .map(([type, payload]) => ({
          if: having({ source: ofType(type) }),
          // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
          then: having({ payload: requestSchema(payload) }),
        })),
    }),
  ],
])

const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0

const rules = {
  target: 'draft-2020-12',
  // What is sent has no Date: there it is text.
  unrepresentable: ({ zodSchema }) =>
    zodSchema._zod.def.type === 'date' ? { type: 'string', format: 'date-time' } : 'throw',
  override({ zodSchema, jsonSchema }) {
    Object.assign(jsonSchema, beyond.get(zodSchema)?.())
    // Words that say nothing here.
    delete jsonSchema.readOnly
    delete jsonSchema.propertyNames
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    if (isEmpty(jsonSchema.properties) && jsonSchema.additionalProperties !== false) delete jsonSchema.properties
    if (isEmpty(jsonSchema.additionalProperties)) delete jsonSchema.additionalProperties
  },
} as const satisfies z.core.ToJSONSchemaParams

/** What a request may send; throws an Error for a schema of which nothing can be told. */
export function requestSchema(schema: z.ZodType): JsonSchema {
  return plain(z.toJSONSchema(schema, { ...rules, io: 'input' }))
}

/**
 * What is answered, by name, as the components of a document: each refers to the others.
 *
 * @param pathOf where a document keeps the one with a name
 */
export function answerSchemas(
  answers: Readonly<Record<string, z.ZodType>>,
  pathOf: (name: string) => string,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(answers)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { ...rules, uri: pathOf })
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]))
}

/** A document says once which JSON Schema it speaks, and its components have no names of their own. */
function plain({ $schema, $id, ...schema }: JsonSchema): JsonSchema {
  return schema
}
