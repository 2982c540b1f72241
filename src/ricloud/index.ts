import * as z from 'zod'
import { UsageError } from '../engine/errors.ts'
import { Views } from '../engine/view.ts'
import { builtInFixtures } from './built-in-fixtures.ts'
import { countsSchema } from './counts.ts'
import { dialectsKnown, viewerIn } from './dialect.ts'
import { errorCatalogue } from './errors.ts'
import { fill, type LoadedRecords, readFixtures } from './fixtures.ts'
import { generate, totalOf } from './generate.ts'
import { type Records, resources } from './resources/index.ts'
import { type Context, enterApi } from './routes/call.ts'
import { apiRoutes } from './routes/index.ts'
import { actions, dueWork, notes, onWrite } from './rules/index.ts'
import { preparePolls } from './rules/poll-tasks.ts'
import { deliveriesOf, recordEvent } from './rules/webhooks.ts'
import { accountName, accountSchema, requireContents } from './services/account.ts'
import { Accounts } from './services/accounts.ts'
import { catalogue } from './services/test-identifiers.ts'
import { defaultSettings, settingsShape } from './settings.ts'
import type { Ricloud, Viewer, World } from './types.ts'
import { views } from './views.ts'

/** The base URL of the real API. */
export const apiUrl = 'https://ricloud-api.reincubate.com'

const firstKey = (world: World) => [...world.tables.key.all()].sort((a, b) => a.id - b.id)[0]

/** The wanted token for the first key, or the one in the fixtures. */
function firstToken({ key: keys }: LoadedRecords, wanted: string | undefined): string {
  const [first] = [...keys].sort((a, b) => a.id - b.id)
  if (!first) throw new UsageError('Failed to create the mock: its fixtures have no key.')
  const holder = keys.find(({ id, token }) => token === wanted && id !== first.id)
  if (holder) throw new UsageError(`Failed to create the mock: key ${holder.id} has that token already.`)
  return wanted ?? first.token
}

/** The description of ricloud that the engine, the scenarios and the control API work from. */
export const ricloud = {
  name: 'ricloud',
  definitions: resources,
  views: new Views<Viewer, Records>(resources, views),
  viewer: viewerIn('documented'),
  viewers: dialectsKnown.map((dialect) => viewerIn(dialect)),
  dialects: dialectsKnown,
  routes: apiRoutes,
  errors: errorCatalogue,
  dueWork,
  onWrite,
  notes,
  onEvent: recordEvent,
  actions,
  settings: settingsShape,
  defaults: defaultSettings,
  coverage: { 'test identifiers': catalogue.map(accountName) },
  extras: () => ({
    /** Whether the test identifiers are included, after the scenario's own accounts. */
    catalogue: z.boolean().optional(),
    accounts: z.array(accountSchema).optional(),
  }),
  generate: () => countsSchema,
  prepare: preparePolls,
  generator: { total: totalOf, generate },
  fixtures: { builtIn: builtInFixtures, read: readFixtures, fill },
  checkExtras: ({ accounts = [] }: Ricloud['extras']) => requireContents(accounts),
  published: catalogue,
  services: ({ accounts = [], catalogue: isPublished = true }: Ricloud['extras']) =>
    new Accounts(accounts, isPublished ? catalogue : []),
  enter: enterApi,
  callerOf: ({ caller: { key, organisation } }: Context) => ({
    ids: { organisation: organisation.id, key: key.id },
    subject: { resource: 'key', record: key } as const,
  }),
  token: {
    first: firstToken,
    of: (world: World) => firstKey(world)?.token,
    set: (world: World, token: string) => {
      const key = firstKey(world)
      if (key && key.token !== token) world.tables.key.update(key, { token })
    },
    names: async () => (await import('./rules/token-name.ts')).tokenNames,
  },
  buckets: (world: World) => [...world.tables.storage_config.all()],
  deliveriesOf,
  controlExamples: {
    loadScenario: { byName: { scenario: 'two-factor' } },
    act: { block: { do: 'user.block', where: { id: 1 } } },
    armFault: { unavailable: { on: 'GET /users/*', first: 2, answer: { status: 503 } } },
    verifyRequests: { never: { method: 'DELETE', path: '/sessions/*', count: 0 } },
    createWorld: { ofItsOwn: { scenario: 'two-factor', seed: 7 } },
  },
  document: {
    title: 'ricloud v3, as mocked by ricloud-mock',
    version: '2020-02-20',
    description:
      '`x-evidence` says where an operation comes from: the documentation of the API (documented), its official client ' +
      '(observed), or a decision of this project (assumed). Bodies are read as JSON whatever their Content-Type is. ' +
      'Unknown parameters are ignored, and listed in the header `Mock-Ignored` of the answer.',
    server: apiUrl,
    token: '`Token <token>`, with the token of a key; by default `Token ricloud-mock-token`.',
    commonErrors: ['unauthorized', 'forbidden', 'too-many-requests', 'internal-server-error'],
  },
} as const
