import * as z from 'zod'
import { errorCatalogue } from '../engine/errors.ts'
import { answerSchemas } from '../engine/http/json-schema.ts'
import { answers } from '../ricloud/resources/answers.ts'
import { apiRoutes } from '../ricloud/routes/index.ts'
import { controlAnswers, controlErrors } from './answers.ts'
import { type Common, Components, operationOf, type Row, referenceTo } from './operation.ts'
import { controlRoutes } from './routes.ts'

/** What a document tells beside the rows of a route table. */
export interface About extends Common {
  readonly title: string
  readonly version: string
  readonly description: string
  readonly servers: readonly { readonly url: string; readonly description: string }[]
  /** How callers show who they are, in OpenAPI's own words. */
  readonly security: readonly object[]
  readonly securitySchemes: Readonly<Record<string, object>>
}

/** A route table as an OpenAPI 3.1 document. Throws an Error if a row lacks what that needs. */
export function openapiOf(routes: readonly Row[], about: About): object {
  const { title, version, description, servers, tags, security, securitySchemes } = about
  const components = new Components()
  const schemas = answerSchemas(about.answers, (name) => referenceTo('schemas', name))
  for (const [name, schema] of Object.entries(schemas)) components.refer('schemas', name, () => schema)
  const paths: Record<string, Record<string, object>> = {}
  for (const row of routes) (paths[row.path] ??= {})[row.method.toLowerCase()] = operationOf(row, about, components)
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

/** The mocked API. */
export function openapi(): object {
  return openapiOf(apiRoutes, {
    title: 'ricloud v3, as ricloud-mock answers it',
    version: '2020-02-20',
    description:
      '`x-evidence` tells how an operation is known: from the pages of the API (documented), from its official client ' +
      '(observed), or by a decision of the mock (assumed). Bodies are read as JSON whatever their Content-Type says. ' +
      'Unknown parameters are ignored, and named in the `Mock-Ignored` header of the answer.',
    servers: [
      { url: 'https://ricloud-api.reincubate.com', description: 'The API itself' },
      { url: 'http://127.0.0.1:7425', description: 'The mock, where it listens by default' },
    ],
    tags: [
      { name: 'organisation', description: 'Who owns everything else', segments: ['organisation'] },
      { name: 'key', description: 'Who may call', segments: ['keys', 'key'] },
      { name: 'user', description: 'Whose data it is', segments: ['users'] },
      { name: 'source', description: 'Where the data lies', segments: ['sources'] },
      { name: 'session', description: 'Access to a source for a while', segments: ['sessions'] },
      { name: 'storage_config', description: 'Where results are put', segments: ['storage'] },
      { name: 'webhook_config', description: 'Who is told of events', segments: ['webhook'] },
      { name: 'permissions', description: 'What is allowed, and how much of it', segments: ['permissions'] },
      { name: 'task', description: 'Work that the API does by itself', segments: ['tasks'] },
      { name: 'event', description: 'What clients are told of', segments: ['events'] },
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
    always: ['unauthorized', 'forbidden', 'too-many-requests', 'internal-server-error'],
    fails: 'A scripted fault of the mock.',
  })
}

/** The control API. */
export function controlOpenapi(): object {
  return openapiOf(controlRoutes, {
    title: 'The control API of ricloud-mock',
    version: '1',
    description: 'Everything about a mock that no call of the mocked API can say. All of it is of our making.',
    servers: [{ url: 'http://127.0.0.1:7425', description: 'The mock, where it listens by default' }],
    tags: [
      { name: 'clock', description: 'Virtual time', segments: ['clock', 'upcoming'] },
      { name: 'scenario', description: 'What happens', segments: ['scenarios', 'scenario', 'actions', 'faults'] },
      { name: 'request', description: 'What was called', segments: ['requests'] },
      {
        name: 'record',
        description: 'What there is, and what happened to it',
        segments: ['state', 'records', 'events'],
      },
      { name: 'delivery', description: 'Webhooks that were sent', segments: ['deliveries'] },
      { name: 'snapshot', description: 'Moments to go back to', segments: ['snapshots', 'reset'] },
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
    always: ['invalid-parameter', 'unauthorized', 'forbidden', 'not-found', 'internal-server-error'],
    everywhere: { world: z.string().optional().describe('The ID of a world; without it, the mock that is called.') },
  })
}
