import type { Fixture, ScenarioInput } from '../../src/index.ts'
import { recordOf, worlds } from '../support/worlds.ts'

const { default: first, 'two-organisations': two, super: above } = worlds
const superOrganisation = recordOf(above.organisations, 1)

/** Who stands beside the default world: another organisation with a key, a user, a source and a session, and a super one. */
const others: Fixture = {
  organisations: [
    recordOf(two.organisations, 2),
    {
      ...superOrganisation,
      id: 3,
      permissions: { ...superOrganisation.permissions, id: 3 },
      storage_configs: numbered(superOrganisation.storage_configs, 3),
      storage_config_default: 3,
      webhook_configs: numbered(superOrganisation.webhook_configs, 3),
      webhook_config_default: 3,
    },
  ],
  keys: [
    { ...recordOf(two.keys, 2), id: 3 },
    { ...recordOf(above.keys, 1), id: 4, organisation: 3 },
  ],
  users: [{ ...recordOf(two.users, 2), id: 4, key: 3 }],
  sources: [{ ...recordOf(two.sources, 2), id: 8, user: 4 }],
  sessions: two.sessions
    .filter(({ organisation }) => organisation === 2)
    .map((session) => ({ ...session, key: 3, user: 4, source: { ...session.source, id: 8, user: 4 } })),
}

/** A list with one config, which gets another ID. */
function numbered<Config extends object>(list: { readonly data: readonly Config[] }, id: number) {
  return { ...list, data: list.data.map((config) => ({ ...config, id })) }
}

/** The default world, whose trial key ends after ten hours, and two more organisations. */
export const crowd: readonly Fixture[] = [
  {
    ...first,
    keys: first.keys.map((key) =>
      key.type === 'trial' ? { ...key, date_expires: '2020-02-20T22:00:00.000000Z' } : key,
    ),
  },
  others,
]

/** Accounts that take and refuse by turns. */
export const accounts = [
  { type: 'icloud.account', identifier: 'flaky@corp.example', outcomes: ['init_failed', 'success', 'init_failed'] },
  { type: 'icloud.account', identifier: 'code@corp.example', code: '123456', lifetime: '1h' },
  { type: 'icloud.account', identifier: 'locked@corp.example', locked: '1h' },
] as const satisfies ScenarioInput['accounts']

/** A world in which everything takes time, and nothing happens that nobody asked for. */
export const calm = {
  scenario: 'calm',
  fixtures: crowd,
  settings: {
    session_init: '2s',
    session_lifetime: '6h',
    session_idle: '9h',
    config_test: '5s',
    events: ['*'],
    webhook_answers: [503, 200],
  },
  accounts,
} as const satisfies ScenarioInput

/** A world that has a script, faults and a limit to how often it is called. */
export const busy = {
  ...calm,
  scenario: 'busy',
  settings: { ...calm.settings, rotation_grace: '2h', rate_limit: { requests: 40, per: '1h' } },
  steps: [
    { at: '90m', do: 'key.rotate', where: { id: 2 } },
    { at: '3h', every: '5h', do: 'source.lock', where: { id: 1 }, with: { for: '2h' } },
    { on: 'POST /users', every: 2, do: 'user.block' },
    { on: 'session.active', after: '30m', do: 'session.expire', with: { error: 'admin' } },
  ],
  faults: [
    { on: 'GET /sessions', probability: 0.3, answer: { status: 503, retry_after: '30s' } },
    { on: 'GET /users/*', every: 3, delay: '10m' },
  ],
} as const satisfies ScenarioInput

/** What may be loaded into either. */
export const other = {
  scenario: 'other',
  fixtures: ['permission-limits'],
  settings: { session_init: '1m' },
  steps: [{ at: '1h', do: 'user.block', where: { id: 2 } }],
} as const satisfies ScenarioInput
