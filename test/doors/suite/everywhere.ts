import { apiRoutes } from '../../../src/ricloud/routes/index.ts'
import { type Behaviour, type Door, post } from '../behaviour.ts'
import { same } from '../same.ts'
import { latestSession } from './world.ts'

type Row = (typeof apiRoutes)[number]

/** A refusal that follows from how a call is made, or from who makes it, whichever the endpoint. */
interface Everywhere {
  readonly title: string
  readonly refusal: `${number} ${string}`
  readonly world?: Behaviour['world']
  /** What is so before any endpoint is called. */
  readonly before?: (door: Door) => Promise<unknown>
  /** The endpoints that refuse; left out, all of them. */
  readonly of?: (row: Row) => boolean
  /** What is not as it should be in the call. */
  readonly id?: string
  readonly query?: string
  readonly body?: (row: Row) => string
  readonly headers?: Readonly<Record<string, string>>
}

/** A body that the default world accepts. */
const rightBody = ({ examples = {} }: Row): object => Object.assign({}, ...Object.values(examples))
/** No parameter may be a fraction. */
const wrongBody = (row: Row) =>
  JSON.stringify(Object.fromEntries(Object.keys(rightBody(row)).map((name) => [name, 1.5])))

const refusals: readonly Everywhere[] = [
  { title: 'Every endpoint refuses a call without a token', refusal: '401 unauthorized', headers: {} },
  {
    title: 'Every endpoint is closed to a blocked organisation',
    refusal: '403 forbidden',
    before: (door) => post(door, '/_mock/actions', { do: 'organisation.block' }),
  },
  {
    title: 'Every endpoint refuses an organisation that is over its rate limit',
    refusal: '429 too-many-requests',
    world: { settings: { rate_limit: { requests: 1, per: '1h' } } },
    before: (door) => post(door, '/users', { identifier: 'the-only-one@example.com' }),
  },
  {
    title: 'Every endpoint fails where a scripted fault strikes all calls',
    refusal: '500 internal-server-error',
    before: (door) => post(door, '/_mock/faults', { on: '* /*', answer: { status: 500 } }),
  },
  {
    title: 'Every endpoint with a body refuses one that is not JSON',
    refusal: '400 invalid-body',
    of: ({ method }) => method !== 'GET',
    body: () => '{"identifier":',
  },
  {
    title: 'Every endpoint with parameters in its body refuses a wrong one',
    refusal: '400 invalid-parameter',
    of: ({ body }) => body !== undefined,
    body: wrongBody,
  },
  {
    title: 'Every list refuses a limit of 0',
    refusal: '400 invalid-parameter',
    of: ({ query }) => query !== undefined,
    query: '?limit=0',
  },
  {
    title: 'Every endpoint of one record finds none under an unknown ID',
    refusal: '404 not-found',
    of: ({ path }) => path.includes('{id}'),
    id: '404404',
  },
]

/** Each endpoint that did not refuse, with what it answered instead. */
async function others(door: Door, { refusal, of = () => true, id, query = '', body, headers }: Everywhere) {
  const wrong: string[] = []
  for (const row of apiRoutes.filter(of)) {
    const known = row.path.startsWith('/sessions') ? latestSession?.id : 1
    const text = body?.(row) ?? (row.body && JSON.stringify(rightBody(row)))
    const response = await door.fetch(row.path.replace('{id}', String(id ?? known)) + query, {
      method: row.method,
      headers: headers ?? { authorization: `Token ${door.token}` },
      ...(text !== undefined && { body: text }),
    })
    const { error } = (await response.json()) as { error?: string }
    const answer = `${response.status} ${error}`
    if (answer !== refusal) wrong.push(`${row.method} ${row.path}: ${answer}`)
  }
  return wrong
}

/** Refusals that are the same everywhere, each tried on every endpoint that knows it. */
export const everywhere: readonly Behaviour[] = refusals.map((one) => ({
  title: one.title,
  ...(one.world && { world: one.world }),
  run: async (door) => {
    await one.before?.(door)
    same(await others(door, one), [], 'the endpoints that do not')
  },
}))
