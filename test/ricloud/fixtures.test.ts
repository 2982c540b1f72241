import { describe, expect, it } from 'vitest'
import { createMock, type Fixture } from '../../src/index.ts'
import { builtInFixtures, type FixtureName } from '../../src/ricloud/built-in-fixtures.ts'
import { setupApi } from '../support/api.ts'
import { worlds } from '../support/worlds.ts'

type Row = Record<string, unknown>
type Lists = Record<'organisations' | 'keys' | 'users' | 'sources' | 'sessions', Row[]>

/** A copy of the default fixture, or of another one, that is changed. */
function fixture(change: (lists: Lists) => unknown, base: keyof typeof worlds = 'default'): Fixture {
  const copy = structuredClone(worlds[base]) as unknown as Lists
  change(copy)
  return copy as unknown as Fixture
}

/** A fixture with other values in the first record of a list. */
const having = (list: keyof Lists, values: Row, base?: keyof typeof worlds) =>
  fixture((lists) => Object.assign(lists[list][0] as Row, values), base)

const later = '2020-02-20T11:59:59.000000Z'
const [, key] = worlds.default.keys
const user = { ...worlds.default.users[0], id: 9, identifier: 'john.appleseed@reincubate.com' }

/** What a session has in each state. */
const ended = {
  pending: { state: 'pending', error: null, date_expired: null },
  active: { state: 'active', error: null, date_expired: null },
  failed: { state: 'failed', error: 'init_failed', date_expired: null },
  expired: { state: 'expired', error: 'service', date_expired: later },
}

/** The samples of the pages, as they stand there. */
const organisationSample = {
  id: 1,
  resource: 'organisation',
  name: 'My org',
  slug: 'my-org',
  api_version: '2020-02-20',
  permissions: {
    id: 1,
    resource: 'organisation_permissions',
    identifier: 'default',
    scopes: { 'source_type:icloud.*': [], 'task_type:*': [], 'data_type:icloud.account.info': [] },
    date_created: '2018-11-08T13:05:29.954188Z',
  },
  storage_configs: {
    data: [
      {
        id: 1,
        resource: 'storage_config',
        type: 'gs',
        url: 'gs://my-storage-bucket',
        credentials: {},
        state: 'valid',
        date_created: '2018-11-08T16:47:56.849618Z',
      },
    ],
    has_more: false,
    total_count: 1,
    url: '/configs/storage',
  },
  storage_config_default: 1,
  webhook_configs: {
    data: [
      {
        id: 1,
        resource: 'webhook_config',
        url: 'https://www.mywebhookendpoint.com/webhooks',
        secret: 'Wg69dQaffJuXckXsdoHuPYkf3VSWEGMa',
        state: 'valid',
        date_created: '2018-11-08T13:07:59.563975Z',
      },
    ],
    has_more: false,
    total_count: 1,
    url: '/configs/webhook',
  },
  webhook_config_default: 1,
  state: 'active',
  date_created: '2018-11-08T13:05:29.784270Z',
}
const sourceSample = {
  id: 1,
  resource: 'source',
  user: 1,
  type: 'mocks.mock',
  identifier: 'john.appleseed@reincubate.com',
  info: null,
  parent: null,
  children: { data: [], has_more: false, total_count: 0, url: '/sources/1/children' },
  state: 'active',
  date_created: '2020-02-20T11:59:03.195527Z',
}

/** What a fixture is refused for, with places in the fixture. */
function problemsOf(given: Fixture): readonly string[] {
  try {
    createMock({ fixtures: [given] })
  } catch (error) {
    const { problems } = error as { problems: readonly string[] }
    return problems.map((problem) => problem.replaceAll('fixtures[0].', '').replace('fixtures[0]: ', ''))
  }
  return []
}

describe('a fixture that comes with the package', () => {
  it.each(Object.entries(worlds))('is as the API sends it: %s', (_, fixture) => {
    // Given as an object it is checked like anybody's.
    expect(() => createMock({ fixtures: [structuredClone(fixture)] })).not.toThrow()
  })

  it.each(Object.keys(builtInFixtures) as FixtureName[])(
    'makes the same world by its name as by its records: %s',
    (name) => {
      const records = (fixtures: Parameters<typeof createMock>[0]) => {
        const { db } = createMock({ clock: { start: '2020-02-20T12:00:00Z', frozen: true }, ...fixtures })
        return Object.values(db).map((model) => model.getAll())
      }
      const { [name]: fixture } = worlds
      expect(records({ fixtures: [name] })).toEqual(records({ fixtures: [structuredClone(fixture)] }))
    },
  )
})

describe('a fixture', () => {
  it('that is given does not change', () => {
    const own = structuredClone(worlds.default) as unknown as Fixture
    createMock({ fixtures: [own], token: 'mine' })
    expect(own).toEqual(worlds.default)
  })

  it('may write a datetime as ISO 8601 does', async () => {
    const fixtures = [having('users', { date_created: '2020-02-18T10:12:44.31+01:00' })]
    const { body } = await setupApi({ fixtures }).get('/users/3')
    expect(body.date_created).toBe('2020-02-18T09:12:44.310000Z')
  })

  it('says what is configured for a key', async () => {
    const fixtures = [having('keys', { config: { publish_source_files: true } })]
    expect((await setupApi({ fixtures }).get('/keys/2')).body.config).toEqual({ publish_source_files: true })
  })

  it('makes an active source one to become active again, whatever its sessions', async () => {
    const { post } = setupApi()
    await post('/sources/6', { state: 'deactivated' })
    expect((await post('/sources/6', { state: 'active' })).body.state).toBe('active')
  })

  it.each([
    [['active'], 'active'],
    [['expired'], 'active'],
    [['failed', 'expired'], 'active'],
    [['failed'], 'unvalidated'],
    [['pending'], 'unvalidated'],
    [[], 'unvalidated'],
  ] as const)(
    'makes a deactivated source that had %j sessions one to become active or not: %s',
    async (states, state) => {
      const own = fixture(({ sessions }) => {
        const first = sessions.splice(0)[0]
        for (const [i, state] of states.entries())
          sessions.push({ ...first, ...ended[state], id: `${i}`, source: { id: 3 } })
      })
      const { post } = setupApi({ fixtures: [own] })
      expect((await post('/sources/3', { state: 'active' })).body.state).toBe(state)
    },
  )

  it('may lack what the sample of the pages lacks', async () => {
    const { get } = setupApi({ fixtures: [{ organisations: [organisationSample], keys: [{ ...key }] }] })
    expect((await get('/organisation')).body).toEqual({
      ...organisationSample,
      config: { publish_source_files: false },
    })
  })

  it('may have the sample of a source of the pages', async () => {
    const users = [{ ...worlds.default.users[2], id: 1 }]
    const fixtures = [{ organisations: [organisationSample], keys: [{ ...key }], users, sources: [sourceSample] }]
    expect((await setupApi({ fixtures }).get('/sources/1')).body).toEqual(sourceSample)
  })

  it('may be what the official client is answered', async () => {
    const python = setupApi({ dialect: 'ricloud-py' })
    const lists = { organisations: [(await python.get('/organisation')).body] } as Record<string, unknown[]>
    for (const list of ['keys', 'users', 'sources', 'sessions']) lists[list] = (await python.get(`/${list}`)).body.data
    expect(() => createMock({ fixtures: [lists as Fixture] })).not.toThrow()
  })

  it('may replace records of another one', async () => {
    const source = { ...worlds.default.sources[6], state: 'locked' }
    const { get } = setupApi({ fixtures: ['default', { sources: [source] }] })
    expect((await get('/sources/1')).body.state).toBe('locked')
  })
})

describe('what is wrong with a fixture', () => {
  const two = (list: keyof Lists, values: Row) => having(list, values, 'two-organisations')
  const shared = (list: string, attribute = '') =>
    fixture(({ organisations: [one = {}, other = {}] }) => {
      one[list] = other[list]
      if (attribute !== '') one[attribute] = other[attribute]
    }, 'two-organisations')

  it.each<[string, Fixture, string]>([
    [
      'a state that does not exist',
      having('users', { state: 'sleeping' }),
      'users[0].state: must be "active", "deactivated" or "blocked", got "sleeping".',
    ],
    [
      'an unknown attribute',
      having('keys', { colour: 'red' }),
      'keys[0].colour: is unknown; known here: id, resource, organisation, type, config, storage_config, webhook_config, token, state, date_created, date_expires.',
    ],
    [
      'a state that is empty',
      having('users', { state: '' }),
      'users[0].state: must be "active", "deactivated" or "blocked", got "".',
    ],
    [
      'a number for a text',
      having('users', { identifier: 5 }),
      'users[0].identifier: must be a string, got a number: put it in quotes',
    ],
    ['true for a text', having('users', { identifier: true }), 'users[0].identifier: must be a string, got true.'],
    ['null for all', null as never, 'must be an object, got null.'],
    ['a missing attribute', having('users', { identifier: undefined }), 'users[0].identifier: is required'],
    ['an ID in text', having('users', { id: '1' }), 'users[0].id: must be a number, got "1".'],
    ['an ID that is no whole number', having('users', { id: 1.5 }), 'users[0].id: must be a whole number, got 1.5.'],
    ['the resource of another', having('keys', { resource: 'user' }), 'keys[0].resource: must be "key", got "user".'],
    [
      'a datetime that does not exist',
      having('keys', { date_created: '2020-02-30T00:00:00Z' }),
      'keys[0].date_created: must be an ISO 8601 datetime such as 2018-11-08T13:05:29.954188Z, got "2020-02-30T00:00:00Z"',
    ],
    [
      'an error that does not exist',
      having('sessions', { error: 'sadness' }),
      'sessions[0].error: must be "init_failed", "code-required", "code-invalid", "credentials-invalid", "source-locked", "service", "api", "organisation" or "admin", got "sadness".',
    ],
    ['a source that is only an ID', having('sessions', { source: 1 }), 'sessions[0].source: must be an object, got 1.'],
    ['a source without its ID', having('sessions', { source: {} }), 'sessions[0].source.id: is required'],
    [
      'a token that is empty',
      having('keys', { token: '' }),
      'keys[0].token: must be visible ASCII without spaces, and not empty, got a string.',
    ],
    [
      'a type that does not exist',
      having('sources', { type: 'mocks.mok' }),
      'sources[0].type: cannot be "mocks.mok". Did you mean "mocks.mock"? It must be "icloud.account", "rirelay.instance", "mocks.mock" or "rirelay.source".',
    ],
    ['an ID twice', having('users', { id: 1 }), 'users[2].id: is that of another one: 1'],
    [
      'an ID that is too large',
      having('users', { id: 1e15 }),
      'users[0].id: must be at most 999999999999999, got 1000000000000000.',
    ],
    [
      'a list of something else',
      fixture((lists) => Object.assign(lists, { events: [] })),
      'events: is unknown; known here: organisations, keys, users, sources, sessions, subscriptions, polls, results, tasks, objects.',
    ],
    [
      'a list that is not an array',
      fixture((lists) => Object.assign(lists, { sessions: 5 })),
      'sessions: must be an array, got 5.',
    ],
    [
      'a storage config of two organisations',
      shared('storage_configs', 'storage_config_default'),
      'organisations[1].storage_configs.data[0].id: is that of another one: 1',
    ],
    [
      'a webhook config of two organisations',
      shared('webhook_configs', 'webhook_config_default'),
      'organisations[1].webhook_configs.data[0].id: is that of another one: 1',
    ],
    [
      'base permissions of two organisations',
      shared('permissions'),
      'organisations[1].permissions.id: is that of another one: 1',
    ],
    [
      'a default storage config that does not exist',
      having('organisations', { storage_config_default: 9 }),
      'organisations[0].storage_config_default: names storage config 9, which does not exist; existing IDs: 1',
    ],
    [
      'a default webhook config of another',
      two('organisations', { webhook_config_default: 1 }),
      'organisations[0].webhook_config_default: names webhook config 1 of organisation 1; organisation 2 has 2',
    ],
    [
      'a storage config of a key that does not exist',
      having('keys', { storage_config: 9 }),
      'keys[0].storage_config: names storage config 9, which does not exist; existing IDs: 1',
    ],
    [
      'a webhook config of a key that does not exist',
      having('keys', { webhook_config: 9 }),
      'keys[0].webhook_config: names webhook config 9, which does not exist; existing IDs: 1',
    ],
    ['a token twice', having('keys', { token: 'ricloud-mock-token' }), 'keys[1].token: is that of keys[0]'],
    [
      'a key that ends before it began',
      having('keys', { date_expires: '2020-02-10T08:00:00Z' }),
      'keys[0].date_expires: must not lie before date_created, 2020-02-10T09:00:00.000000Z, got "2020-02-10T08:00:00.000000Z"',
    ],
    [
      'a user of an organisation that does not exist',
      having('users', { organisation: 9 }),
      'users[0].organisation: names organisation 9, which does not exist; existing IDs: 1',
    ],
    ['a user twice', having('users', { identifier: 'renate@example.com' }), 'users[1].identifier: is that of users[0]'],
    [
      'a user of a key that does not exist',
      having('users', { key: 3 }),
      'users[0].key: names key 3, which does not exist; existing IDs: 1 and 2',
    ],
    [
      'a user of a key of another',
      two('users', { key: 1 }),
      'users[0].key: names key 1 of organisation 1; organisation 2 has 2',
    ],
    [
      'a source twice',
      having('sources', { identifier: '00008020-001A2D8E0C31002E' }),
      'sources[1].identifier: is that of sources[0]',
    ],
    [
      'a parent that does not exist',
      having('sources', { parent: 9 }),
      'sources[0].parent: names source 9, which does not exist; existing IDs: 1, 2, 3, 4, 5, 6 and 7',
    ],
    [
      'a child of a child',
      having('sources', { parent: 6 }),
      'sources[0].parent: names source 6, which is a child itself',
    ],
    [
      'a device without its instance',
      having('sources', { parent: null }),
      'sources[0].parent: must be the rirelay.instance of the device, got null',
    ],
    [
      'a device of something else',
      having('sources', { parent: 1 }),
      'sources[0].parent: must be the rirelay.instance of the device; source 1 is of type icloud.account',
    ],
    [
      'a child of another user than its parent',
      having('sources', { user: 2 }),
      'sources[0].parent: names source 5 of user 1, and its child is of user 2',
    ],
    [
      'a session of a source that does not exist',
      having('sessions', { source: { id: 9 } }),
      'sessions[0].source.id: names source 9, which does not exist; existing IDs: 1, 2, 3, 4, 5, 6 and 7',
    ],
    [
      'a session of a key of another',
      two('sessions', { key: 1 }),
      'sessions[0].key: names key 1 of organisation 1; organisation 2 has 2',
    ],
    [
      'a session of another user than its source',
      having('sessions', { user: 2 }),
      'sessions[0].user: must be 1, that of source 1, got 2',
    ],
    [
      'a session of an organisation that does not exist',
      having('sessions', { organisation: 9 }),
      'sessions[0].organisation: names organisation 9, which does not exist; existing IDs: 1',
    ],
    [
      'a nested source that differs from the source',
      having('sessions', { source: { id: 1, state: 'locked' } }),
      'sessions[0].source.state: must be "active" as in sources[6], got "locked"',
    ],
    [
      'an unknown attribute of a nested source',
      having('sessions', { source: { id: 1, colour: 'red' } }),
      'sessions[0].source.colour: is unknown; known here: id, resource, user, type, identifier, info, parent, children, state, date_created.',
    ],
    ...(['pending', 'active'] as const).flatMap((state): [string, Fixture, string][] => [
      [
        `a session that is ${state} with an error`,
        having('sessions', { state, error: 'service' }),
        `sessions[0].error: of a session that is ${state} must be null, got "service"`,
      ],
      [
        `a session that is ${state} with an end`,
        having('sessions', { state, date_expired: later }),
        `sessions[0].date_expired: of a session that is ${state} must be null, got "${later}"`,
      ],
    ]),
    ...[null, 'service'].map((error): [string, Fixture, string] => [
      `a failed session with the error ${error}`,
      having('sessions', { state: 'failed', error }),
      `sessions[0].error: of a session that is failed must be "init_failed", "code-required", "code-invalid", "credentials-invalid" or "source-locked", got ${JSON.stringify(error)}`,
    ]),
    ...[null, 'init_failed'].map((error): [string, Fixture, string] => [
      `an expired session with the error ${error}`,
      having('sessions', { ...ended.expired, error }),
      `sessions[0].error: of a session that is expired must be "service", "api", "organisation" or "admin", got ${JSON.stringify(error)}`,
    ]),
    [
      'an expired session without an end',
      having('sessions', { ...ended.expired, date_expired: null }),
      'sessions[0].date_expired: of a session that is expired must be a datetime, got null',
    ],
    [
      'a session that ended before it began',
      having('sessions', { ...ended.expired, date_expired: '2020-02-20T11:00:00Z' }),
      'sessions[0].date_expired: must not lie before date_created, 2020-02-20T11:59:03.195527Z, got "2020-02-20T11:00:00.000000Z"',
    ],
  ])('is reported with its place: %s', (_, given, problem) => {
    expect(problemsOf(given)).toEqual([problem])
  })

  it('is a line each where there are several', () => {
    const own = having('users', { state: 'sleeping', identifier: '' })
    expect(() => createMock({ fixtures: [own] })).toThrow(
      'Failed to load the fixture:\n  fixtures[0].users[0].identifier: must not be empty\n  fixtures[0].users[0].state: must be "active", "deactivated" or "blocked", got "sleeping".',
    )
  })

  it('is reported in one round, whatever else is wrong, also with the same record', () => {
    const own = fixture(({ keys, users, sources, sessions }) => {
      Object.assign(keys[0] as Row, { colour: 'red', storage_config: 9 })
      Object.assign(users[0] as Row, { state: 'sleeping', key: 9 })
      Object.assign(users[1] as Row, { id: 3, organisation: 7 })
      Object.assign(sources[0] as Row, { identifier: '', parent: null })
      Object.assign(sessions[0] as Row, { source: { id: 1, state: 'locked' }, error: 'service', date_expired: 'never' })
    })
    expect(problemsOf(own).map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'keys[0].colour',
      'users[0].state',
      'sources[0].identifier',
      'sessions[0].date_expired',
      'users[1].id',
      'sessions[0].source.state',
      'keys[0].storage_config',
      'users[1].organisation',
      'sources[0].parent',
      'sources[3].user',
      'sessions[0].error',
      'sessions[3].user',
    ])
  })

  it('does not make records that cannot be read unknown to others', () => {
    const own = fixture(({ organisations, keys, users }) => {
      for (const row of [organisations[0], keys[1], users[2]])
        Object.assign(row as Row, { colour: 'red', state: 'asleep' })
    })
    const places = ['organisations[0]', 'keys[1]', 'users[2]'].flatMap((place) => [`${place}.state`, `${place}.colour`])
    expect(
      problemsOf(own)
        .map((problem) => problem.slice(0, problem.indexOf(':')))
        .sort(),
    ).toEqual(places.sort())
  })

  it('lists the first ten of many that exist', () => {
    const own = fixture(({ users }) => {
      for (let id = 4; id <= 30; id++) users.push({ ...users[0], id, identifier: `${id}` })
      Object.assign(users[0] as Row, { key: 9 })
    })
    const many = having('sources', { user: 99 })
    const given = { ...many, users: own.users ?? [] }
    expect(problemsOf(given)).toContain(
      'sources[0].user: names user 99, which does not exist; existing IDs: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more',
    )
  })

  it.each<[string, Parameters<typeof createMock>[0], string]>([
    ['its index', { fixtures: ['default', { users: [{ ...user, key: 9 }] }] }, 'fixtures[1].users[0].key'],
    ['its name', { fixtures: [{ users: [user] }, 'two-organisations'] }, 'two-organisations: users[1].identifier'],
  ])('begins with %s where there are several fixtures', (_, options, place) => {
    let problems: readonly string[] = []
    try {
      createMock(options)
    } catch (error) {
      problems = (error as { problems: readonly string[] }).problems
    }
    expect(problems.map((problem) => problem.slice(0, place.length))).toContain(place)
  })

  it('never shows a token', () => {
    const own = having('keys', { token: 'ricloud-mock-token', storage_config: 9 })
    expect(problemsOf(own).join()).not.toContain('ricloud-mock-token')
  })

  it('says that the fixture was not loaded', () => {
    expect(() => createMock({ fixtures: [having('users', { key: 9 })] })).toThrow(
      'Failed to load the fixture: fixtures[0].users[0].key: names key 9, which does not exist; existing IDs: 1 and 2',
    )
  })
})
