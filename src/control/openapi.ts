import * as z from 'zod'
import { allErrors, type ErrorCatalogue } from '../engine/errors.ts'
import { answerSchemas } from '../engine/http/json-schema.ts'
import type { Definitions } from '../engine/resource.ts'
import { sentSchemas } from '../engine/schemas.ts'
import { type ControlledVocabulary, controlAnswers, controlErrors } from './answers.ts'
import {
  Components,
  documentedPath,
  type OperationContext,
  operationOf,
  type RouteDescription,
  referenceTo,
} from './operation.ts'

/** The content of a document that is not in the route table. */
export interface DocumentInfo extends OperationContext {
  readonly title: string
  readonly version: string
  readonly description: string
  readonly servers: readonly { readonly url: string; readonly description: string }[]
  /** As in OpenAPI. */
  readonly security: readonly object[]
  readonly securitySchemes: Readonly<Record<string, object>>
}

/** A route table as an OpenAPI 3.1 document. Throws an Error if a row lacks something that the document needs. */
export function openapiOf(routes: readonly RouteDescription[], info: DocumentInfo): object {
  const { title, version, description, servers, tags, security, securitySchemes } = info
  const components = new Components()
  const schemas = answerSchemas(info.answers, (name) => referenceTo('schemas', name))
  for (const [name, schema] of Object.entries(schemas)) components.refer('schemas', name, () => schema)
  const paths: Record<string, Record<string, object>> = {}
  for (const row of routes)
    (paths[documentedPath(row.path)] ??= {})[row.method.toLowerCase()] = operationOf(row, info, components)
  return withoutUnused({
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers,
    tags: tags.map(({ name, description }) => ({ name, description })),
    security,
    paths,
    components: { securitySchemes, ...components.all },
  })
}

/** A document without the schemas that nothing in it refers to. */
function withoutUnused<Document extends { components: { schemas?: Record<string, object> } }>(
  document: Document,
): Document {
  const { schemas = {} } = document.components
  for (;;) {
    const text = JSON.stringify(document)
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`))
    if (unused.length === 0) return document
    for (const name of unused) delete schemas[name]
  }
}

/** The parts of an API's definition that its OpenAPI document shows. */
export interface DocumentedApi {
  readonly definitions: Definitions
  readonly routes: readonly RouteDescription[]
  readonly errors: ErrorCatalogue
  /** The parts of the document that do not come from routes and resources. */
  readonly document: {
    readonly title: string
    readonly version: string
    readonly description: string
    /** The base URL of the real API, if there is one. */
    readonly server?: string
    /** How the header `Authorization` carries the token. */
    readonly token: string
    /** The codes of errors that every call can get. */
    readonly commonErrors: readonly string[]
  }
}

const mockServer = { url: 'http://127.0.0.1:7425', description: 'The mock, where it listens by default' }

const errorSchema = (codes: readonly string[]) =>
  z.strictObject({
    error: z.enum(codes),
    message: z.string().describe('One sentence.'),
    params: z
      .record(z.string(), z.array(z.string()))
      .exactOptional()
      .describe('What is wrong, by the dotted name of the parameter.'),
  })

/** The schemas of what an API answers, by the names that rows of the route table use. */
export const answersOf = ({ definitions, errors }: Pick<DocumentedApi, 'definitions' | 'errors'>) => ({
  ...sentSchemas(definitions),
  error: errorSchema(Object.keys(allErrors(errors))),
})

/** The OpenAPI document of the mocked API. */
export function openapi({ definitions, routes, errors, document }: DocumentedApi): object {
  const { server, token, ...info } = document
  return openapiOf(routes, {
    ...info,
    servers: [...(server ? [{ url: server, description: 'The API itself' }] : []), mockServer],
    tags: Object.entries(definitions).map(([name, { description, path }]) => ({ name, description, path })),
    security: [{ token: [] }],
    securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'Authorization', description: token } },
    answers: answersOf({ definitions, errors }),
    errors: allErrors(errors),
    serverErrors: 'A scripted fault of the mock.',
  })
}

/** The OpenAPI document of the control API. */
export function controlOpenapi(api: ControlledVocabulary, routes: readonly RouteDescription[]): object {
  return openapiOf(routes, {
    title: 'The control API of ricloud-mock',
    version: '1',
    description: 'Controls and inspects a mock. The real API has none of these calls.',
    servers: [mockServer],
    tags: [
      { name: 'clock', description: 'Virtual time', segments: ['clock', 'upcoming'] },
      {
        name: 'scenario',
        description: 'Scenarios, actions and faults',
        segments: ['scenarios', 'scenario', 'actions', 'faults'],
      },
      { name: 'request', description: 'The calls that were made', segments: ['requests', 'coverage'] },
      {
        name: 'record',
        description: 'The records of a world, and their events',
        segments: ['state', 'changes', 'records', 'events', 'buckets'],
      },
      { name: 'delivery', description: 'Webhooks that were sent', segments: ['deliveries'] },
      { name: 'snapshot', description: 'Saved states of a world', segments: ['snapshots', 'reset'] },
      { name: 'world', description: 'Isolated worlds on one server', segments: ['worlds'] },
      { name: 'mock', description: 'The mock itself', segments: ['_mock'] },
    ],
    security: [{}, { control: [] }],
    securitySchemes: {
      control: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: '`Token <control token>`, where the mock listens to more than its own machine.',
      },
    },
    answers: controlAnswers(api),
    media: { stream: 'text/event-stream', object: '*/*' },
    errors: controlErrors(api.errors),
    commonErrors: ['invalid-parameter', 'unauthorized', 'forbidden', 'not-found', 'internal-server-error'],
    commonQuery: { world: z.string().optional().describe('The ID of a world; without it, the mock that is called.') },
  })
}
