import * as z from 'zod'

/** A scenario file as JSON Schema, by which editors complete and check YAML and JSON. */
export function scenarioJsonSchema(scenario: z.ZodType): object {
  return {
    ...z.toJSONSchema(scenario, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        // A file has no Date: there it is text.
        if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
      },
    }),
    title: 'A scenario of ricloud-mock',
  }
}
