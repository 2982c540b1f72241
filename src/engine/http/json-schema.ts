import * as z from 'zod'
import { beside, type JsonSchema } from './request-rules.ts'

const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0

const rules = {
  target: 'draft-2020-12',
  // What is sent has no Date: there it is text.
  unrepresentable: ({ zodSchema }) =>
    zodSchema._zod.def.type === 'date' ? { type: 'string', format: 'date-time' } : 'throw',
  override({ jsonSchema }) {
    const more = jsonSchema[beside]
    delete jsonSchema[beside]
    if (typeof more === 'function') Object.assign(jsonSchema, more(requestSchema))
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
