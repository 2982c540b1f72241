import type * as z from 'zod'

/** A schema in JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * The key in a schema's metadata for JSON Schema keywords that zod cannot derive: a function that returns them, given the
 * function that converts a zod schema.
 */
export const beside = 'beside'

/** Metadata that adds keywords to the JSON Schema of a request. */
export const alsoRequires = (rule: (schemaOf: (schema: z.ZodType) => JsonSchema) => JsonSchema) => ({ [beside]: rule })

/** Restricts these properties and allows all others, explicitly, because some validators forbid them otherwise. */
export const having = (properties: Readonly<Record<string, JsonSchema>>) => ({ properties, additionalProperties: true })
export const ofType = (type: string) => ({ ...having({ type: { const: type } }), required: ['type'] })
