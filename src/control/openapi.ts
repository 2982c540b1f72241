import * as z from 'zod'
import { errorCatalogue } from '../engine/errors.ts'
import { answerSchemas } from '../engine/http/json-schema.ts'
import { answers } from '../ricloud/resources/answers.ts'
import { apiRoutes } from '../ricloud/routes/index.ts'
import { controlAnswers, controlErrors } from './answers.ts'
import { Components, type OperationContext, operationOf, type RouteDescription, referenceTo } from './operation.ts'

/** What a document contains beside the rows of a route table. */
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
  for (const row of routes) (paths[row.path] ??= {})[row.method.toLowerCase()] = operationOf(row, info, components)
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers,
    tags: tags.map(({ name, description }) => ({ name, description })),
    security,
    paths,
    components: { securitySchemes, ...components.all },
  }
}

/** The OpenAPI document of the mocked API. */
export function openapi(): object {
  return openapiOf(apiRoutes, {
    title: 'ricloud v3, as ricloud-mock answers it',
    version: '2020-02-20',
    description:
      '`x-evidence` says how an operation is known: from the documentation of the API (documented), from its official ' +
      'client (observed), or by a decision of the mock (assumed). Bodies are read as JSON whatever their Content-Type is. ' +
      'Unknown parameters are ignored, and named in the `Mock-Ignored` header of the answer.',
    servers: [
      { url: 'https://ricloud-api.reincubate.com', description: 'The API itself' },
      { url: 'http://127.0.0.1:7425', description: 'The mock, where it listens by default' },
    ],
    tags: [
      { name: 'organisation', description: 'The owner of everything else', segments: ['organisation'] },
      { name: 'key', description: 'Credentials of callers', segments: ['keys', 'key'] },
      { name: 'user', description: 'The people whose data is read', segments: ['users'] },
      { name: 'source', description: 'Accounts at external services that hold the data', segments: ['sources'] },
      { name: 'session', description: 'Access to a source for a while', segments: ['sessions'] },
      { name: 'storage_config', description: 'Where results are stored', segments: ['storage'] },
      { name: 'webhook_config', description: 'Where events are sent', segments: ['webhook'] },
      { name: 'permissions', description: 'Scopes and limits', segments: ['permissions'] },
      { name: 'task', description: 'Background work of the API', segments: ['tasks'] },
      { name: 'event', description: 'Changes that clients are notified of', segments: ['events'] },
    ],
    security: [{ token: [] }],
    securitySchemes: {
      token: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: '`Token <token>`, with the token of a key; `Token ricloud-mock-token` to the mock.',
      },
    },
    answers,
    errors: errorCatalogue,
    commonErrors: ['unauthorized', 'forbidden', 'too-many-requests', 'internal-server-error'],
    serverErrors: 'A scripted fault of the mock.',
  })
}

/** The OpenAPI document of the control API. */
export function controlOpenapi(routes: readonly RouteDescription[]): object {
  return openapiOf(routes, {
    title: 'The control API of ricloud-mock',
    version: '1',
    description: 'Controls and inspects a mock. The real API has none of these calls.',
    servers: [{ url: 'http://127.0.0.1:7425', description: 'The mock, where it listens by default' }],
    tags: [
      { name: 'clock', description: 'Virtual time', segments: ['clock', 'upcoming'] },
      {
        name: 'scenario',
        description: 'Scenarios, actions and faults',
        segments: ['scenarios', 'scenario', 'actions', 'faults'],
      },
      { name: 'request', description: 'The calls that were made', segments: ['requests'] },
      {
        name: 'record',
        description: 'The records of a world, and their events',
        segments: ['state', 'records', 'events'],
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
    answers: controlAnswers,
    media: { stream: 'text/event-stream' },
    errors: controlErrors,
    commonErrors: ['invalid-parameter', 'unauthorized', 'forbidden', 'not-found', 'internal-server-error'],
    commonQuery: { world: z.string().optional().describe('The ID of a world; without it, the mock that is called.') },
  })
}
