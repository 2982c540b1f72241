import * as z from 'zod'
import { requestSchema } from '../../engine/http/json-schema.ts'
import { either, nearest, shown } from '../../engine/messages.ts'
import { problemText } from '../../engine/place.ts'
import { parseOptions, problemsOf } from '../../engine/problems.ts'

/** A call of the mock. */
export interface ToolCall {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly body?: unknown
  /** In place of the token of the control API. */
  readonly token?: string | undefined
}

type Arguments = Readonly<Record<string, unknown>>

/** A tool as MCP shows it, and what it does. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly inputSchema: { readonly type: 'object'; readonly [keyword: string]: unknown }
  readonly annotations: { readonly readOnlyHint: boolean; readonly destructiveHint: boolean }
  /** The call that is made with arguments of the tool; throws an Error that names the argument at fault. */
  callOf(given: Arguments): ToolCall
}

const JsonSchema = z.record(z.string(), z.unknown())
const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query']),
      required: z.boolean().optional(),
      description: z.string().optional(),
      schema: JsonSchema,
    }),
  ),
  requestBody: z
    .object({
      required: z.boolean(),
      content: z.object({
        'application/json': z.object({
          schema: JsonSchema,
          examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
        }),
      }),
    })
    .optional(),
  responses: z.record(z.string(), z.object({ content: JsonSchema.optional() }).or(z.object({ $ref: z.string() }))),
  'x-read-only': z.literal(true).optional(),
})
type Operation = z.infer<typeof Operation>

/** The OpenAPI document of the control API, as far as tools are made from it. */
export const ControlDocument = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
})
export type ControlDocument = z.infer<typeof ControlDocument>

/** A tool for each call of the control API but those that answer without an end. */
export const controlTools = ({ paths }: ControlDocument): Tool[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      JSON.stringify(operation.responses).includes('"text/event-stream"')
        ? []
        : toolOf(method.toUpperCase(), path, operation),
    ),
  )

function toolOf(method: string, path: string, operation: Operation): Tool {
  const { operationId, summary, parameters, requestBody, responses } = operation
  const { schema: body, examples } = requestBody?.content['application/json'] ?? {}
  const values = Object.values(examples ?? {}).map(({ value }) => value)
  const properties = {
    ...Object.fromEntries(
      parameters.map(({ name, description, schema }) => [name, { ...schema, ...(description && { description }) }]),
    ),
    ...(body && { body: { ...body, ...(values.length > 0 && { examples: values }) } }),
  }
  const required = [
    ...parameters.flatMap(({ name, required }) => (required ? name : [])),
    ...(requestBody?.required ? ['body'] : []),
  ]
  const readOnlyHint = method === 'GET' || operation['x-read-only'] === true
  return {
    name: operationId,
    description: `${summary}. ${method} ${path}`,
    inputSchema: { type: 'object', properties, required, additionalProperties: false },
    // What answers 201 adds something, and leaves the rest.
    annotations: { readOnlyHint, destructiveHint: !readOnlyHint && !('201' in responses) },
    callOf(given) {
      for (const name of Object.keys(given)) {
        if (!Object.hasOwn(properties, name)) throw new Error(unknownArgument(name, Object.keys(properties)))
      }
      for (const name of required) if (given[name] === undefined) throw new Error(`${name} is required.`)
      const query = new URLSearchParams()
      let filled = path
      for (const { name, in: place } of parameters) {
        const value = given[name]
        if (value === undefined) continue
        if (place === 'query') query.set(name, textOf(name, value))
        else filled = filled.replace(`{${name}}`, () => pathText(name, textOf(name, value)))
      }
      return { method, path: query.size > 0 ? `${filled}?${query}` : filled, body: given.body }
    },
  }
}

function unknownArgument(name: string, known: readonly string[]): string {
  const hint = nearest(name, known) || (known.length > 0 ? ` There is ${either(known)}.` : ' There is none.')
  return `No argument is called ${shown(name)}.${hint}`
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`${name} must be a text or a number, got ${shown(value)}.`)
}

/** A value as part of a path; slashes stay, since the keys of objects have some. */
function pathText(name: string, value: string): string {
  const segments = value.split('/')
  // A client would resolve those two, and call something else.
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw new Error(`${name} cannot be ${shown(value)}.`)
  return segments.map(encodeURIComponent).join('/')
}

const ApiCall = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  path: z
    .string()
    .regex(/^\/(?!\/)/, { error: 'must begin with one slash' })
    .describe('With its query, but without the host: /users?limit=10'),
  body: z.unknown().optional().describe('Sent as JSON.'),
  token: z.string().optional().describe('Of another key, or of an isolated world.'),
})

const getOnly = 'must be GET, unless this server is started with --allow-changes'

/**
 * The tool that calls the mocked API itself.
 *
 * @param token that of the first key
 * @param isReadOnly whether it only makes calls of the method GET
 */
export function apiTool(token: string, isReadOnly: boolean): Tool {
  const schema = isReadOnly
    ? ApiCall.omit({ body: true }).extend({ method: z.literal('GET', { error: getOnly }).default('GET') })
    : ApiCall
  return {
    name: 'callApi',
    description: 'Call the mocked API itself, as a client does; the journal has the call. describeApi lists its calls.',
    inputSchema: { ...requestSchema(schema), type: 'object' },
    annotations: { readOnlyHint: isReadOnly, destructiveHint: !isReadOnly },
    callOf: (given) => ({ token, ...readArguments(schema, given) }),
  }
}

/** Arguments by their schema; throws an Error with what is wrong with each. */
export function readArguments<Output>(schema: z.ZodType<Output>, given: Arguments): Output {
  const { data, error } = schema.safeParse(given, parseOptions)
  if (error) throw new Error(problemsOf(schema, error).map(problemText).join('\n'))
  return data as Output
}
