import * as z from 'zod'
import { beside, type JsonSchema } from './request-rules.ts'

const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0

const rules = {
  target: 'draft-2020-12',
  // In JSON a Date is a string.
  unrepresentable: ({ zodSchema }) =>
    zodSchema._zod.def.type === 'date' ? { type: 'string', format: 'date-time' } : 'throw',
  override({ jsonSchema }) {
    const more = jsonSchema[beside]
    delete jsonSchema[beside]
    if (typeof more === 'function') Object.assign(jsonSchema, more(requestSchema))
    // Keywords that have no meaning here.
    delete jsonSchema.readOnly
    delete jsonSchema.propertyNames
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    if (isEmpty(jsonSchema.properties) && jsonSchema.additionalProperties !== false) delete jsonSchema.properties
    if (isEmpty(jsonSchema.additionalProperties)) delete jsonSchema.additionalProperties
  },
} as const satisfies z.core.ToJSONSchemaParams

/** The JSON Schema of a request; throws an Error for a schema that JSON Schema cannot represent. */
export function requestSchema(schema: z.ZodType): JsonSchema {
  return plain(z.toJSONSchema(schema, { ...rules, io: 'input' }))
}

/**
 * The JSON Schemas of responses, by name, as components of a document that refer to each other.
 *
 * @param pathOf returns the reference to the component of this name
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

/** Without the keywords that a document states once for all its schemas. */
function plain({ $schema, $id, ...schema }: JsonSchema): JsonSchema {
  return schema
}
