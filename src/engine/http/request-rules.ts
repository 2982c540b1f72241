import type * as z from 'zod'

/** A schema in JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * The key under which the metadata of a request's schema has what JSON Schema says beside what zod can tell: a function,
 * given the one that makes a JSON Schema of another schema.
 */
export const beside = 'beside'

/** The metadata of a schema by which its JSON Schema says more. */
export const alsoRequires = (rule: (schemaOf: (schema: z.ZodType) => JsonSchema) => JsonSchema) => ({ [beside]: rule })

/** Says something of these properties and leaves all others open: some checkers would close them. */
export const having = (properties: Readonly<Record<string, JsonSchema>>) => ({ properties, additionalProperties: true })
export const ofType = (type: string) => ({ ...having({ type: { const: type } }), required: ['type'] })
