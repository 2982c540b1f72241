import * as z from 'zod'
import { requestSchema } from '../engine/http/json-schema.ts'
import { defaultLimit, maximumLimit } from '../engine/http/list.ts'
import type { Route } from '../engine/http/route.ts'
import { parseOptions } from '../engine/problems.ts'
import { listAt } from '../engine/values.ts'

/** A row of a route table, as far as a document shows it. */
export type RouteDescription = Omit<Route<never>, 'handle'>

/** What the operations of a document have in common. */
export interface OperationContext {
  /** Groups of operations; a path belongs to the first group whose path it begins with, or that lists one of its segments. */
  readonly tags: readonly {
    readonly name: string
    readonly description: string
    readonly path?: string
    readonly segments?: readonly string[]
  }[]
  /** The schemas of answers, by the names that rows use; `error` is that of every error. */
  readonly answers: Readonly<Record<string, z.ZodType>> & { readonly error: z.ZodType }
  /** The media types of answers that are not JSON, by the names of their schemas. */
  readonly media?: Readonly<Record<string, string>>
  /** Every error, by its code. */
  readonly errors: Readonly<
    Record<string, { readonly status: number; readonly when: string; readonly assumed?: string }>
  >
  /** The codes that every call may get. */
  readonly commonErrors: readonly string[]
  /** Describes the 5xx answers that every call may get; without it there are none. */
  readonly serverErrors?: string
  /** Query parameters of every call. */
  readonly commonQuery?: Readonly<Record<string, z.ZodType>>
}

type ComponentKind = 'schemas' | 'responses' | 'parameters' | 'headers'

/** `session_list` becomes `SessionList`. */
const componentName = (name: string) => name.replaceAll(/(?:^|[_-])(.)/g, (_, letter: string) => letter.toUpperCase())

export const referenceTo = (kind: ComponentKind, name: string) => `#/components/${kind}/${componentName(name)}`

/** The components of a document. */
export class Components {
  readonly all: { [kind in ComponentKind]?: Record<string, object> } = {}

  /** A reference to a component; the first one makes it. */
  refer(kind: ComponentKind, name: string, make: () => object): { readonly $ref: string } {
    const components = (this.all[kind] ??= {})
    components[componentName(name)] ??= make()
    return { $ref: referenceTo(kind, name) }
  }
}

/** A path in the form of OpenAPI, in which no parameter can take several segments. */
export const documentedPath = (path: string) => path.replace('...}', '}')

/** A row as an OpenAPI operation. Throws an Error if it lacks something that the operation needs. */
export function operationOf(row: RouteDescription, context: OperationContext, components: Components): object {
  const { method, path, operation, answers, summary, evidence, body, query } = row
  const parts = path.split('/')
  const tag = context.tags.find(({ name, path: prefix, segments = [] }) => {
    if (row.tag !== undefined) return name === row.tag
    return path === prefix || path.startsWith(`${prefix}/`) || segments.some((segment) => parts.includes(segment))
  })
  if (!operation || !answers || !tag) {
    const lacks = !operation ? 'operation' : !answers ? 'answers' : 'tag'
    throw new Error(`${method} ${path} cannot be described: it lacks its ${lacks}.`)
  }
  const isList = Object.values(answers).some((name) => 'has_more' in shapeOf(context, name))
  return {
    operationId: operation,
    tags: [tag.name],
    summary,
    ...(isList && { description: filterDescription }),
    ...(row.deprecated && { deprecated: true }),
    ...(row.isReadOnly && { 'x-read-only': true }),
    'x-evidence': evidence,
    parameters: [
      ...pathParameters(documentedPath(path), shapeOf(context, tag.name).id),
      ...Object.entries({ ...query, ...context.commonQuery }).flatMap(([name, of]) =>
        queryParameters(name, of, isList),
      ),
      ...(isList ? pageParameters : []).map((parameter) =>
        components.refer('parameters', parameter.name, () => parameter),
      ),
      ...(row.awaits ? [components.refer('parameters', awaitHeader.name, () => awaitHeader)] : []),
    ],
    ...(body && { requestBody: requestBodyOf(body, row.examples) }),
    responses: { ...successResponses(answers, context, components), ...errorResponses(row, context, components) },
  }
}

/** The attributes of an answer that is an object; none for any other. */
function shapeOf({ answers }: OperationContext, name: string): Readonly<Record<string, z.ZodType>> {
  const answer = answers[name]
  return answer instanceof z.ZodObject ? (answer.shape as Record<string, z.ZodType>) : {}
}

const filterDescription =
  'Filters are equality; one that is given more than once means any of its values (observed). Those of a datetime ' +
  'may also be written like `date_created__gt` (assumed); without a zone, and as plain dates, they are UTC (observed).'

const operators = { gt: 'After', gte: 'At or after', lt: 'Before', lte: 'At or before' }

const datetime = { type: 'string', format: 'date-time' }

function queryParameters(name: string, of: z.ZodType | 'datetime', isList: boolean): object[] {
  const schema = of === 'datetime' ? datetime : requestSchema(of)
  const parameter = { name, in: 'query', schema: isList ? { type: 'array', items: schema } : schema }
  if (of !== 'datetime') return [parameter]
  const bounds = Object.entries(operators).map(([operator, word]) => {
    return { name: `${name}[${operator}]`, in: 'query', description: `${word} this instant (assumed).`, schema }
  })
  return [parameter, ...bounds]
}

const pageParameters = [
  {
    name: 'limit',
    in: 'query',
    schema: { type: 'integer', minimum: 1, maximum: maximumLimit, default: defaultLimit },
  },
  {
    name: 'after_id',
    in: 'query',
    description: 'Only instances after this one, which are older.',
    schema: { type: 'string' },
  },
  {
    name: 'before_id',
    in: 'query',
    description: 'Only instances before this one, which are newer.',
    schema: { type: 'string' },
  },
]

const awaitHeader = {
  name: 'Ricloud-Await',
  in: 'header',
  description:
    'Delays the answer for this many seconds, or until the work is done. At most 10; more counts as 10, and an invalid ' +
    'value as 0 (assumed).',
  schema: { type: 'number', minimum: 0, default: 0 },
}

/** @param id the schema of `{id}`; other parameters are strings */
function pathParameters(path: string, id: z.ZodType = z.string()): object[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => {
    return { name, in: 'path', required: true, schema: name === 'id' ? requestSchema(id) : { type: 'string' } }
  })
}

/** The body is required only where some parameter is, because an empty one means no parameters. */
function requestBodyOf(body: z.ZodType, examples: RouteDescription['examples']): object {
  const shown = Object.entries(examples ?? {}).map(([name, value]) => [name, { value }])
  return {
    required: !body.safeParse({}, parseOptions).success,
    content: {
      'application/json': { schema: requestSchema(body), ...(examples && { examples: Object.fromEntries(shown) }) },
    },
  }
}

const headers: Readonly<Record<string, object>> = {
  Date: { description: 'The virtual time.', required: true, schema: { type: 'string' } },
  'Mock-Ignored': { description: 'The names of parameters that nothing read.', schema: { type: 'string' } },
  'Mock-Reason': {
    description:
      'Why it is no plain success, if that was asked for with the option `reasons` or the header `Mock-Reason: 1`.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'In seconds.', schema: { type: 'integer', minimum: 0 } },
  ETag: { description: 'The MD5 of the object, in quotes.', required: true, schema: { type: 'string' } },
  'Last-Modified': { description: 'When the object was stored.', required: true, schema: { type: 'string' } },
  'Accept-Ranges': { required: true, schema: { const: 'bytes' } },
  'Content-Range': { description: 'Which bytes these are, and how many there are.', schema: { type: 'string' } },
}

/** The headers of an answer with an object, beyond those of every answer. */
const ofObject = ['ETag', 'Last-Modified', 'Accept-Ranges']

function headersOf(components: Components, ...extra: readonly string[]): object {
  const names = ['Date', 'Mock-Ignored', 'Mock-Reason', ...extra]
  return Object.fromEntries(
    names.map((name) => [name, components.refer('headers', name, () => headers[name] as object)]),
  )
}

function successResponses(
  answers: NonNullable<RouteDescription['answers']>,
  context: OperationContext,
  components: Components,
): object {
  const descriptions: Readonly<Record<string, string>> = {
    200: answers[200] && answers[201] ? 'It exists already.' : 'Success.',
    201: 'Created.',
    206: 'The part that the header Range asks for.',
  }
  const isObject = answers[206] !== undefined
  const described = Object.entries(answers).map(([status, name]) => {
    if (!context.answers[name]) throw new Error(`No answer is called "${name}".`)
    const response = {
      description: descriptions[status],
      headers: headersOf(components, ...(isObject ? ofObject : []), ...(status === '206' ? ['Content-Range'] : [])),
      content: { [context.media?.[name] ?? 'application/json']: { schema: { $ref: referenceTo('schemas', name) } } },
    }
    return [status, response]
  })
  const unchanged = 'It is not another object than If-None-Match or If-Modified-Since says.'
  return {
    ...Object.fromEntries(described),
    ...(isObject && { 304: { description: unchanged, headers: headersOf(components, ...ofObject) } }),
  }
}

/** The error responses of a call: those that follow from its method, path and parameters, the common ones, and those of its row. */
function errorResponses(
  { method, path, body, query, errors = [] }: RouteDescription,
  context: OperationContext,
  components: Components,
): object {
  const codes = [
    ...(method === 'GET' ? [] : ['invalid-body']),
    ...(body || query ? ['invalid-parameter'] : []),
    ...(path.includes('{') ? ['not-found'] : []),
    ...context.commonErrors,
    ...errors,
  ]
  const byStatus = new Map<number, string[]>()
  for (const code of new Set(codes)) {
    const error = context.errors[code]
    if (!error) throw new Error(`No error is called "${code}".`)
    listAt(byStatus, error.status).push(code)
  }
  const described = Array.from(byStatus, ([status, codes]) => [
    status,
    components.refer('responses', codes.join('-or-'), () => errorResponse(codes, context, components)),
  ])
  const { serverErrors } = context
  const reference =
    serverErrors && components.refer('responses', 'failure', () => serverErrorResponse(serverErrors, components))
  return { ...Object.fromEntries(described), ...(reference && { '5XX': reference }) }
}

/** The headers of an error, by its code. */
const ofError: Readonly<Record<string, readonly string[]>> = {
  'too-many-requests': ['Retry-After'],
  'range-not-satisfiable': ['Content-Range'],
}

function errorResponse(codes: readonly string[], { errors }: OperationContext, components: Components): object {
  const extraHeaders = codes.flatMap((code) => ofError[code] ?? [])
  const schema = { $ref: referenceTo('schemas', 'error'), properties: { error: { enum: codes } } }
  const described = codes.map((code) => {
    const { when, assumed } = errors[code] ?? {}
    return `\`${code}\`: ${when}${assumed ? ` (${assumed} assumed)` : ''}`
  })
  return {
    description: described.join('. '),
    headers: headersOf(components, ...extraHeaders),
    content: { 'application/json': { schema } },
  }
}

function serverErrorResponse(description: string, components: Components): object {
  return {
    description,
    headers: headersOf(components, 'Retry-After'),
    content: { 'application/json': { schema: { $ref: referenceTo('schemas', 'error') } } },
  }
}
