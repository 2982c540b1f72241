import type { ClockView, Upcoming } from '../control/clock.ts'
import type { ApiDescription } from '../control/description.ts'
import type { ChangesView } from '../control/state.ts'
import type { WorldView } from '../control/worlds.ts'
import type { RequestView } from '../engine/journal.ts'
import type { ViewName } from './address.ts'
import type { Client } from './client.ts'
import type { PastEventView } from './event-history.ts'
import { mostUpcoming, type Part, type Store } from './store.ts'

/** Reads a part of a world. Returns what puts it into the store. */
type Load = (client: Client, store: Store) => Promise<() => void>

/** One call, whose answer a function puts into the store. */
const read =
  <Answer>(path: (store: Store) => string, put: (store: Store, answer: Answer) => void): Load =>
  async (client, store) => {
    const answer = await client.call<Answer>('GET', path(store))
    return () => put(store, answer)
  }

/** Attributes of an answer that are attributes of the store. */
const assigned = (path: string) => read<Partial<Store>>(() => path, Object.assign)

/** The parts of a world that the inspector reads. */
export const loads: Readonly<Record<Part, Load>> = {
  clock: read<ClockView>(
    () => '/clock',
    (store, clock) => store.setClock(clock),
  ),
  api: read<ApiDescription>(
    () => '',
    (store, api) => store.setApi(api),
  ),
  state: async (client, store) => {
    const since = store.recordVersion
    const changes = await client.call<ChangesView>('GET', `/changes${since === undefined ? '' : `?since=${since}`}`)
    return () => store.setRecords(changes, since)
  },
  next: read<{ upcoming: Upcoming[] }>(
    () => '/upcoming?limit=5',
    (store, { upcoming }) => void (store.next = upcoming),
  ),
  upcoming: read<{ upcoming: Upcoming[] }>(
    () => `/upcoming?limit=${mostUpcoming}`,
    (store, { upcoming }) => store.setUpcoming(upcoming),
  ),
  history: read<{ events: PastEventView[] }>(
    () => '/events',
    (store, { events }) => store.setHistory(events),
  ),
  requests: read<{ requests: RequestView[]; total_count: number }>(
    () => '/requests',
    (store, { requests, total_count }) => store.setRequests(requests, total_count),
  ),
  deliveries: read<{ deliveries: Store['deliveries']; total_count: number }>(
    ({ deliveryLimit }) => `/deliveries?limit=${deliveryLimit}`,
    (store, { deliveries, total_count }) => Object.assign(store, { deliveries, deliveryCount: total_count }),
  ),
  scenario: read<Store['report']>(
    () => '/scenario',
    (store, report) => void (store.report = report),
  ),
  scenarios: assigned('/scenarios'),
  setup: read<Store['setup']>(
    () => '/setup',
    (store, setup) => void (store.setup = setup),
  ),
  faults: assigned('/faults'),
  snapshots: assigned('/snapshots'),
  worlds: async (client, store) => {
    const { worlds } = await client.call<{ worlds: WorldView[] }>('GET', '/worlds', undefined, null)
    return () => void (store.worlds = worlds.map(({ id, scenario, seed, now }) => ({ id, scenario, seed, now })))
  },
}

/** What does not differ between worlds. */
export const common: readonly Part[] = ['api', 'scenarios', 'worlds']

/** Parts that messages of the stream would change while they are read. */
export const streamed: readonly Part[] = ['history', 'requests']

const always = ['clock', 'api', 'scenario', 'worlds'] as const

/** The parts that each view shows. */
export const needs: Readonly<Record<ViewName, readonly Part[]>> = {
  time: [...always, 'state', 'upcoming', 'history', 'requests', 'deliveries'],
  records: [...always, 'state', 'next', 'history', 'deliveries'],
  requests: [...always, 'state', 'next', 'history', 'requests'],
  webhooks: [...always, 'state', 'next', 'deliveries'],
  scenario: [...always, 'next', 'scenarios', 'setup', 'faults'],
  snapshots: [...always, 'state', 'next', 'snapshots'],
  worlds: [...always, 'next', 'scenarios'],
}
