import * as z from 'zod'

/** The JSON Schema of a scenario file, with which editors complete and check YAML and JSON. */
export function scenarioJsonSchema(scenario: z.ZodType): object {
  return {
    ...z.toJSONSchema(scenario, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        // Files hold dates as text.
        if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
      },
    }),
    title: 'A scenario of ricloud-mock',
  }
}
