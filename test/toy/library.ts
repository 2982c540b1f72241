// A second, tiny API on the same engine: a lending library. What it does not say, it gets from the engine.
import * as z from 'zod'
import { type ApiTypes, noServices } from '../../src/engine/api-types.ts'
import * as attribute from '../../src/engine/attribute.ts'
import { dueWorkFor } from '../../src/engine/due-work.ts'
import { apiErrors, invalidParameter } from '../../src/engine/errors.ts'
import { duration, integerId, text } from '../../src/engine/fields.ts'
import { created, ok, type Route } from '../../src/engine/http/route.ts'
import { move } from '../../src/engine/lifecycle.ts'
import { type RecordsOf, resource, stateOf } from '../../src/engine/resource.ts'
import { Views } from '../../src/engine/view.ts'
import type { World as EngineWorld, ViewerOf } from '../../src/engine/world.ts'
import type { MockTypes } from '../../src/mock/api.ts'
import { MockDefinition } from '../../src/mock/definition.ts'
import { actionsFor } from '../../src/scenario/action.ts'

const shelf = { available: { borrow: 'lent', discard: 'gone' }, lent: { return: 'available' }, gone: {} } as const
const book = resource({
  id: 'integer',
  path: '/books',
  description: 'What can be lent',
  lifecycle: shelf,
  shape: { title: attribute.text(), state: stateOf(shelf), date_created: attribute.datetime() },
  hidden: {},
  filters: [],
})

const lending = {
  open: { return: 'returned', remind: 'overdue' },
  overdue: { return: 'returned' },
  returned: {},
} as const
const loan = resource({
  id: 'uuid',
  path: '/loans',
  description: 'A book that is lent to somebody',
  lifecycle: lending,
  events: { created: 'open' },
  leadsTo: ['book'],
  shape: {
    book: attribute.id('book'),
    borrower: attribute.text(),
    state: stateOf(lending),
    date_created: attribute.datetime(),
  },
  hidden: {},
  filters: [],
})

const definitions = { book, loan }
type Records = RecordsOf<typeof definitions>
interface Library extends ApiTypes {
  readonly definitions: typeof definitions
  readonly records: Records
  readonly settings: { readonly rate_limit: null; readonly loan_period: number }
}
type World = EngineWorld<Library>
interface Context extends ViewerOf<Library> {
  readonly firedSteps: readonly string[]
}

function lend(world: World, id: number, borrower: string) {
  const wanted = world.tables.book.get(id)
  if (wanted?.state !== 'available') throw invalidParameter({ book: ['cannot be lent'] })
  move(world, 'book', wanted, 'borrow')
  const date_created = world.clock.stamp()
  const lent = { id: world.random.uuid(), book: id, borrower, state: 'open', date_created } as const
  world.schedule(world.clock.now() + world.settings.loan_period, 'loan.remind', lent.id)
  return world.emit('loan.created', 'loan', world.tables.loan.insert(lent))
}

function giveBack(world: World, lent: Records['loan'] | undefined) {
  if (!lent) throw apiErrors.unknownId('loan', '')
  const taken = world.tables.book.get(lent.book)
  if (taken?.state === 'lent') move(world, 'book', taken, 'return')
  return move(world, 'loan', lent, 'return')
}

const row = <Body>(route: Omit<Route<Context, Body>, 'evidence'>) =>
  ({ ...route, evidence: 'assumed' }) as Route<Context>
const routes = [
  row({
    method: 'POST',
    path: '/loans',
    operation: 'lend',
    summary: 'Lend a book',
    body: z.object({ book: integerId, borrower: text }),
    answers: { 201: 'loan' },
    handle: (call) =>
      created(call.world.views.show(call, 'loan', lend(call.world, call.body.book, call.body.borrower))),
  }),
  row({
    method: 'POST',
    path: '/loans/{id}/return',
    operation: 'returnBook',
    summary: 'Bring a book back',
    answers: { 200: 'loan' },
    handle: (call) => {
      const { world, params } = call
      return ok(world.views.show(call, 'loan', giveBack(world, world.tables.loan.get(params.id))))
    },
  }),
]

const viewer = { dialect: 'plain', tagsLists: false }
const fixture = { books: ['Emma', 'Persuasion'] }

interface LibraryMock extends MockTypes {
  readonly api: Library
  readonly context: Context
  readonly loaded: typeof fixture
  readonly fixture: typeof fixture
}

export const library = new MockDefinition<LibraryMock>(
  {
    name: 'library',
    definitions,
    views: new Views<ViewerOf<Library>, Records>(definitions, {}),
    viewer,
    dialects: ['plain'],
    routes,
    errors: {},
    dueWork: {
      'loan.remind': dueWorkFor<Library>()('loan', 'remind', (world, lent) => move(world, 'loan', lent, 'remind')),
    },
    actions: { 'loan.return': actionsFor<Library>().action('loan', 'return', 'the borrower brings it back', giveBack) },
    settings: () => ({ loan_period: duration.optional() }),
    defaults: { rate_limit: null, loan_period: 14 * 86_400e6 },
    fixtures: {
      builtIn: { default: fixture },
      read: ([first = fixture]) => first,
      fill: ({ tables, clock }, { books }) => {
        for (const [i, title] of books.entries()) {
          tables.book.insert({ id: i + 1, title, state: 'available', date_created: clock.stamp() })
        }
      },
    },
    services: noServices,
    enter: (world, _, __, trackSteps) => ({ ...viewer, world, firedSteps: trackSteps() }),
    document: { title: 'A library', version: '1', description: 'Lends books', token: 'none', commonErrors: [] },
  },
  { default: { scenario: 'default' } },
)
