import * as z from 'zod'
import { requestSchema } from '../engine/http/json-schema.ts'
import { defaultLimit, maximumLimit } from '../engine/http/list.ts'
import type { Route } from '../engine/http/router.ts'

/** What is told of a row of a route table. */
export type Row = Omit<Route<never>, 'handle'>

/** What operations of a document have in common. */
export interface Common {
  /** Groups of calls, each with the segments by which paths belong to it. */
  readonly tags: readonly {
    readonly name: string
    readonly description: string
    readonly segments: readonly string[]
  }[]
  /** What is answered, by the names that rows use; `error` is a refusal. */
  readonly answers: Readonly<Record<string, z.ZodType>> & { readonly error: z.ZodType }
  /** The media types of answers that are not JSON, by the same names. */
  readonly media?: Readonly<Record<string, string>>
  /** The errors that there are. */
  readonly errors: Readonly<
    Record<string, { readonly status: number; readonly when: string; readonly assumed?: string }>
  >
  /** Those of them that any call may get. */
  readonly always: readonly string[]
  /** Why any call may get a 5xx besides. */
  readonly fails?: string
  /** Parameters in the query of every call. */
  readonly everywhere?: Readonly<Record<string, z.ZodType>>
}

type Kind = 'schemas' | 'responses' | 'parameters' | 'headers'

/** `session_list` as components are called: `SessionList`. */
const componentName = (name: string) => name.replaceAll(/(?:^|[_-])(.)/g, (_, letter: string) => letter.toUpperCase())

/** Where a document keeps a component. */
export const referenceTo = (kind: Kind, name: string) => `#/components/${kind}/${componentName(name)}`

/** What a document describes once, and refers to. */
export class Components {
  readonly all: { [kind in Kind]?: Record<string, object> } = {}

  /** Refers to a component, which is made when it is first asked for. */
  refer(kind: Kind, name: string, make: () => object): { readonly $ref: string } {
    const known = (this.all[kind] ??= {})
    known[componentName(name)] ??= make()
    return { $ref: referenceTo(kind, name) }
  }
}

/** A row as an OpenAPI operation. Throws an Error if it lacks what that needs. */
export function operationOf(row: Row, common: Common, components: Components): object {
  const { method, path, operation, answers, summary, evidence, body, query } = row
  const tag = common.tags.find(({ segments }) => segments.some((segment) => path.split('/').includes(segment)))
  if (!operation || !answers || !tag) {
    const lacks = !operation ? 'operation' : !answers ? 'answers' : 'tag'
    throw new Error(`${method} ${path} cannot be described: it lacks its ${lacks}.`)
  }
  const isList = Object.values(answers).some((name) => 'has_more' in shapeOf(common, name))
  return {
    operationId: operation,
    tags: [tag.name],
    summary,
    ...(isList && { description: howToFilter }),
    'x-evidence': evidence,
    parameters: [
      ...pathParameters(path, shapeOf(common, tag.name).id),
      ...Object.entries({ ...query, ...common.everywhere }).flatMap(([name, of]) => queryParameters(name, of, isList)),
      ...(isList ? paging : []).map((parameter) => components.refer('parameters', parameter.name, () => parameter)),
      ...(row.awaits ? [components.refer('parameters', awaiting.name, () => awaiting)] : []),
    ],
    ...(body && { requestBody: requestBodyOf(body, row.examples) }),
    responses: { ...successes(answers, common, components), ...refusals(row, common, components) },
  }
}

/** The attributes of an answer that is an object. */
function shapeOf({ answers }: Common, name: string): Readonly<Record<string, z.ZodType>> {
  const answer = answers[name]
  return answer instanceof z.ZodObject ? (answer.shape as Record<string, z.ZodType>) : {}
}

const howToFilter =
  'Filters are equality; one that is given more than once means any of its values (observed). Those of a datetime ' +
  'may also be written like `date_created__gt` (assumed).'

const operators = { gt: 'After', gte: 'At or after', lt: 'Before', lte: 'At or before' }

const datetime = { type: 'string', format: 'date-time' }

function queryParameters(name: string, of: z.ZodType | 'datetime', isList: boolean): object[] {
  const schema = of === 'datetime' ? datetime : requestSchema(of)
  const parameter = { name, in: 'query', schema: isList ? { type: 'array', items: schema } : schema }
  if (of !== 'datetime') return [parameter]
  const bounds = Object.entries(operators).map(([operator, word]) => {
    return { name: `${name}[${operator}]`, in: 'query', description: `${word} this (assumed).`, schema }
  })
  return [parameter, ...bounds]
}

const paging = [
  {
    name: 'limit',
    in: 'query',
    schema: { type: 'integer', minimum: 1, maximum: maximumLimit, default: defaultLimit },
  },
  { name: 'after_id', in: 'query', description: 'Only what comes after it: older ones.', schema: { type: 'string' } },
  { name: 'before_id', in: 'query', description: 'Only what comes before it: newer ones.', schema: { type: 'string' } },
]

const awaiting = {
  name: 'Ricloud-Await',
  in: 'header',
  description:
    'Holds the answer for so many seconds, or until the work is done. At most 10; more counts as 10, and what cannot ' +
    'be read as 0 (assumed).',
  schema: { type: 'number', minimum: 0, default: 0 },
}

/** `{id}` is that of the resource that the path is about. */
function pathParameters(path: string, id: z.ZodType = z.string()): object[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => {
    return { name, in: 'path', required: true, schema: name === 'id' ? requestSchema(id) : { type: 'string' } }
  })
}

/** An empty body means no parameters. */
function requestBodyOf(body: z.ZodType, examples: Row['examples']): object {
  const shown = Object.entries(examples ?? {}).map(([name, value]) => [name, { value }])
  return {
    required: !body.safeParse({}).success,
    content: {
      'application/json': { schema: requestSchema(body), ...(examples && { examples: Object.fromEntries(shown) }) },
    },
  }
}

const headers: Readonly<Record<string, object>> = {
  Date: { description: 'The time in the world of the mock.', required: true, schema: { type: 'string' } },
  'Mock-Ignored': { description: 'The names of what the call says and nothing read.', schema: { type: 'string' } },
  'Retry-After': { description: 'In so many seconds.', schema: { type: 'integer', minimum: 0 } },
}

function headersOf(components: Components, ...more: readonly string[]): object {
  const names = ['Date', 'Mock-Ignored', ...more]
  return Object.fromEntries(
    names.map((name) => [name, components.refer('headers', name, () => headers[name] as object)]),
  )
}

function successes(answers: NonNullable<Row['answers']>, common: Common, components: Components): object {
  const known = answers[200] && answers[201] ? 'There already.' : 'Done.'
  const described = Object.entries(answers).map(([status, name]) => {
    if (!common.answers[name]) throw new Error(`No answer is called "${name}".`)
    const response = {
      description: status === '201' ? 'Made.' : known,
      headers: headersOf(components),
      content: { [common.media?.[name] ?? 'application/json']: { schema: { $ref: referenceTo('schemas', name) } } },
    }
    return [status, response]
  })
  return Object.fromEntries(described)
}

/** Every refusal that a call can get: what follows from how it is made, what any may get, and what the row says. */
function refusals({ method, path, body, query, errors = [] }: Row, common: Common, components: Components): object {
  const codes = [
    ...(method === 'GET' ? [] : ['invalid-body']),
    ...(body || query ? ['invalid-parameter'] : []),
    ...(path.includes('{') ? ['not-found'] : []),
    ...common.always,
    ...errors,
  ]
  const byStatus = new Map<number, string[]>()
  for (const code of new Set(codes)) {
    const error = common.errors[code]
    if (!error) throw new Error(`No error is called "${code}".`)
    byStatus.set(error.status, [...(byStatus.get(error.status) ?? []), code])
  }
  const described = Array.from(byStatus, ([status, codes]) => [
    status,
    components.refer('responses', codes.join('-or-'), () => refusalOf(codes, common, components)),
  ])
  const { fails } = common
  const scripted = fails && components.refer('responses', 'failure', () => failureOf(fails, components))
  return { ...Object.fromEntries(described), ...(scripted && { '5XX': scripted }) }
}

function refusalOf(codes: readonly string[], { errors }: Common, components: Components): object {
  const waits = codes.includes('too-many-requests') ? ['Retry-After'] : []
  const schema = { $ref: referenceTo('schemas', 'error'), properties: { error: { enum: codes } } }
  const described = codes.map((code) => {
    const { when, assumed } = errors[code] ?? {}
    return `\`${code}\`: ${when}${assumed ? ` (${assumed} assumed)` : ''}`
  })
  return {
    description: described.join('. '),
    headers: headersOf(components, ...waits),
    content: { 'application/json': { schema } },
  }
}

function failureOf(description: string, components: Components): object {
  return {
    description,
    headers: headersOf(components, 'Retry-After'),
    content: { 'application/json': { schema: { $ref: referenceTo('schemas', 'error') } } },
  }
}
