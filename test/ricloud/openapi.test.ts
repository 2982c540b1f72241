import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type DocumentInfo, openapiOf } from '../../src/control/openapi.ts'
import { ok, type Route } from '../../src/engine/http/route.ts'
import { errorCatalogue } from '../../src/ricloud/errors.ts'
import { apiRoutes } from '../../src/ricloud/routes/index.ts'
import { setupApi } from '../support/api.ts'
import { check } from '../support/conform.ts'
import { apiDocument } from '../support/definition.ts'
import { lint } from '../support/lint.ts'

interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name?: string; readonly $ref?: string; readonly schema?: object }[]
  readonly requestBody?: { readonly required: boolean }
  readonly responses: Readonly<Record<string, { readonly content: object }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const document = apiDocument() as Document
const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => ({ call: `${verb.toUpperCase()} ${path}`, ...operation })),
)
const operationOf = (wanted: string) => operations.find(({ call }) => call === wanted)

describe('the document of the API', () => {
  it('has every row of the route table, and nothing else', () => {
    const rows = apiRoutes.map(({ method, path }) => `${method} ${path}`)
    expect(operations.map(({ call }) => call).sort()).toEqual(rows.sort())
  })

  it('gives each call a name of its own', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(apiRoutes.length)
  })

  it('is the same bytes each time', () => {
    expect(JSON.stringify(apiDocument())).toBe(JSON.stringify(document))
  })

  it('knows every error', () => {
    const error = { enum: Object.keys(errorCatalogue) }
    expect(document.components.schemas.Error).toMatchObject({ properties: { error } })
  })

  it.each([
    ['GET /users/{id}', ['200', '401', '403', '404', '429', '500', '5XX']],
    ['GET /users', ['200', '400', '401', '403', '429', '500', '5XX']],
    ['POST /users', ['200', '201', '400', '401', '403', '429', '500', '5XX']],
    ['POST /sessions', ['201', '400', '401', '403', '429', '500', '5XX']],
    ['DELETE /sessions/{id}', ['200', '400', '401', '403', '404', '429', '500', '5XX']],
  ])('tells what %s can answer', (call, statuses) => {
    expect(Object.keys(operationOf(call)?.responses ?? {})).toEqual(statuses)
  })

  it('tells the filters of a list, and how to walk it', () => {
    const of = (call: string) => operationOf(call)?.parameters.map(({ name, $ref }) => name ?? $ref)
    const dates = ['date_created', 'date_created[gt]', 'date_created[gte]', 'date_created[lt]', 'date_created[lte]']
    const walking = ['Limit', 'AfterId', 'BeforeId'].map((name) => `#/components/parameters/${name}`)
    expect(of('GET /users')).toEqual(['key', 'identifier', 'state', ...dates, ...walking])
    expect(of('GET /sources/{id}/children')).toEqual(['id', ...(of('GET /sources') ?? [])])
  })

  it.each([
    ['/users/{id}', 'integer'],
    ['/sessions/{id}', 'string'],
  ])('tells what an ID in %s is', (path, type) => {
    expect(operationOf(`GET ${path}`)?.parameters[0]?.schema).toMatchObject({ type })
  })

  it('tells the form of a datetime, and shows one', () => {
    const expected = { type: 'string', format: 'date-time', examples: ['2018-11-08T13:05:29.954188Z'] }
    expect(document.components.schemas.Datetime).toMatchObject(expected)
  })

  it.each([
    ['storage', '^(local:///.*|(gs|s3)://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/.*)?)$'],
    ['webhook', '^https?://'],
  ])('tells the form of the URL of a %s config', (kind, pattern) => {
    expect(JSON.stringify(operationOf(`POST /configs/${kind}`)?.requestBody)).toContain(
      JSON.stringify({ url: { type: 'string', pattern } }).slice(1, -1),
    )
  })

  it('tells that the children of a source are sources', () => {
    const children = { $ref: '#/components/schemas/SourceList' }
    expect(document.components.schemas.Source).toMatchObject({ properties: { children } })
  })

  it('wants a body only where a parameter is required', () => {
    const required = operations.filter(({ requestBody }) => requestBody?.required).map(({ call }) => call)
    expect(required).toEqual([
      'POST /users',
      'POST /sources',
      'POST /sessions',
      'POST /polls',
      'POST /results/ack',
      'POST /subscriptions',
      'POST /configs/storage',
      'POST /configs/webhook',
      'POST /permissions',
    ])
  })

  it('says something of everything', () => {
    const empty: string[] = []
    const walk = (value: unknown, place: string) => {
      if (typeof value !== 'object' || value === null) return
      if (Object.keys(value).length === 0) empty.push(place)
      for (const [name, inner] of Object.entries(value)) walk(inner, `${place}/${name}`)
    }
    walk(document, '')
    // No parameters, no credentials, no scopes of a token, no results of a task, and an example of an empty body.
    const meant =
      /\/parameters$|\/credentials\/properties$|^\/security\/0\/token$|\/examples\/\w+\/value$|\/results\/items$/
    expect(empty.filter((place) => !meant.test(place))).toEqual([])
  })

  it('is loaded by nothing that starts', () => {
    const root = new URL('../../src/', import.meta.url)
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !path.startsWith('cli/mcp/'),
    )
    const loading =
      /^(?:import|export) (?!type )[^;']*? from '[^']*\/(?:answers|description|json-schema|openapi|operation)\.ts'/m
    const found = files.filter((path) => loading.test(readFileSync(new URL(path, root), 'utf8')))
    expect(found.sort()).toEqual(['control/description.ts', 'control/openapi.ts', 'control/operation.ts'])
  })
})

/** The first permissions are the organisation's base, which it cannot change. */
const idIn = (path: string) => (path.startsWith('/permissions') ? '2' : '1')

const examples = apiRoutes.flatMap(({ method, path, examples = {}, answers = {} }) =>
  Object.entries(examples).map(([name, body]) => ({
    method,
    path: path.replace('{id}', idIn(path)),
    name,
    body,
    answers,
  })),
)

describe('the examples', () => {
  it('stand at every call that reads a body', () => {
    const without = apiRoutes.filter(({ body, examples }) => body && Object.keys(examples ?? {}).length === 0)
    expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it.each(examples)(
    'are accepted by the default world, with results: $method $path, $name',
    async ({ method, path, body, answers }) => {
      const api = setupApi({ fixtures: ['polls'] })
      await api.post('/permissions', { scopes: {} })
      const { status, headers, body: shown } = await api.call(method, path, body)
      expect(Object.keys(answers)).toContain(String(status))
      expect(headers.get('mock-ignored')).toBeNull()
      const answer = { status, headers: {}, body: JSON.stringify(shown) }
      expect(check({ method, url: path, body: JSON.stringify(body) }, answer)).toBeUndefined()
    },
  )
})

const row: Route<object> = {
  method: 'GET',
  path: '/_made/things/{a}/with/{b}',
  operation: 'compareThings',
  evidence: 'assumed',
  summary: 'Two things',
  query: { deep: z.enum(['true', 'false']).optional() },
  answers: { 200: 'thing' },
  handle: () => ok({}),
}
const things = {
  title: 'Things',
  version: '1',
  description: 'Other rows than those of the API.',
  servers: [{ url: 'http://127.0.0.1:7425', description: 'Here' }],
  tags: [{ name: 'thing', description: 'Things', segments: ['things'] }],
  security: [],
  securitySchemes: {},
  answers: {
    error: z.strictObject({ error: z.string() }),
    thing: z.strictObject({ id: z.string() }),
    told: z.string(),
  },
  media: { told: 'text/event-stream' },
  errors: errorCatalogue,
  commonErrors: ['internal-server-error'],
  commonQuery: { world: z.string().optional() },
} satisfies DocumentInfo

describe('a document of other rows', () => {
  const streamed = { ...row, path: '/_made/things', operation: 'hearThings', query: {}, answers: { 200: 'told' } }
  const put = { ...streamed, method: 'PUT', operation: 'putThings', body: z.strictObject({ when: z.date() }) } as const
  const made = openapiOf([row, streamed, put], things) as Document

  it('tells the parameters of the path, the query and all calls', () => {
    expect(made.paths[row.path]?.get?.parameters.map(({ name }) => name)).toEqual(['a', 'b', 'deep', 'world'])
  })

  it('tells what is not sent as JSON', () => {
    expect(Object.keys(made.paths[streamed.path]?.get?.responses[200]?.content ?? {})).toEqual(['text/event-stream'])
  })

  it('has a row for each method', () => {
    expect(Object.keys(made.paths[streamed.path] ?? {})).toEqual(['get', 'put'])
  })

  it('passes a public linter, as the document of the API does', async () => {
    const { info: _, ...lacking } = apiDocument() as { info: object }
    const [wrong, ofApi, ofOthers = []] = await lint(lacking, document, made)
    expect(wrong).toEqual(['error struct: The field `info` must be present on this level.'])
    expect(ofApi).toEqual([])
    expect(ofOthers.filter((warning) => !warning.includes('operation-4xx-response'))).toEqual([])
  })

  it.each([
    ['operation', { operation: undefined }],
    ['answers', { answers: undefined }],
    ['tag', { path: '/_made/others' }],
  ])('is refused for a row without its %s', (what, lacking) => {
    const rows = [{ ...row, ...lacking } as Route<object>]
    expect(() => openapiOf(rows, things)).toThrow(`cannot be described: it lacks its ${what}.`)
  })

  it.each([
    ['answer', { answers: { 200: 'other' } }, 'No answer is called "other".'],
    ['error', { errors: ['other' as never] }, 'No error is called "other".'],
    ['schema', { query: { odd: z.custom() } }, 'cannot be represented in JSON Schema'],
  ])('is refused for an unknown %s', (_, wrong, message) => {
    expect(() => openapiOf([{ ...row, ...wrong }], things)).toThrow(message)
  })
})
