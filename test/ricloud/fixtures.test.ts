import { describe, expect, it } from 'vitest'
import { createMock, type Fixture } from '../../src/index.ts'
import { builtInFixtures, type FixtureName } from '../../src/ricloud/built-in-fixtures.ts'
import { setupApi } from '../support/api.ts'
import { sessionIds, worlds } from '../support/worlds.ts'

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

/** What a fixture is refused for. */
function problemsOf(given: Fixture): readonly string[] {
  try {
    createMock({ fixtures: [given] })
  } catch (error) {
    return (error as { problems: readonly string[] }).problems
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
        const { db } = createMock(fixtures)
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
  ])('makes a deactivated source that had %j sessions one to become active or not: %s', async (states, state) => {
    const own = fixture(({ sessions }) => {
      const [session] = sessions.splice(0)
      for (const [i, state] of states.entries()) sessions.push({ ...session, id: `${i}`, state, source: { id: 3 } })
    })
    const { post } = setupApi({ fixtures: [own] })
    expect((await post('/sources/3', { state: 'active' })).body.state).toBe(state)
  })
})

describe('what is wrong with a fixture', () => {
  const none = (list: keyof Lists) => fixture((lists) => lists[list].splice(0))
  const two = (list: keyof Lists, values: Row) => having(list, values, 'two-organisations')
  const shared = (configs: string) =>
    fixture(({ organisations: [one = {}, other] }) => (one[configs] = other?.[configs]), 'two-organisations')

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
    ['null for all', null as never, 'it: must be an object, got null.'],
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
    ['a token that is empty', having('keys', { token: '' }), 'keys[0].token: must not be empty'],
    [
      'a type that does not exist',
      having('sources', { type: 'mocks.mok' }),
      'sources[0].type: must be "icloud.account", "rirelay.instance", "mocks.mock" or "rirelay.source", got "mocks.mok". Did you mean "mocks.mock"?',
    ],
    ['an ID twice', having('users', { id: 1 }), 'users[2].id: is that of another one: 1'],
    [
      'no list of users',
      fixture((lists) => Reflect.deleteProperty(lists, 'users')),
      'fixtures: source 7 names user 1, which is not in it',
    ],
    [
      'a list of something else',
      fixture((lists) => Object.assign(lists, { tasks: [] })),
      'tasks: is unknown; known here: organisations, keys, users, sources, sessions.',
    ],
    [
      'a storage config of two organisations',
      shared('storage_configs'),
      'fixtures: two organisations have a storage config 1',
    ],
    [
      'a webhook config of two organisations',
      shared('webhook_configs'),
      'fixtures: two organisations have a webhook config 1',
    ],
    [
      'a default storage config that is not in it',
      having('organisations', { storage_config_default: 9 }),
      'fixtures: organisation 1 names storage config 9, which is not in it',
    ],
    [
      'a default webhook config that is not in it',
      having('organisations', { webhook_config_default: 9 }),
      'fixtures: organisation 1 names webhook config 9, which is not in it',
    ],
    [
      'a default storage config of another',
      two('organisations', { storage_config_default: 1 }),
      'fixtures: organisation 2 names storage config 1 of another organisation',
    ],
    [
      'a default webhook config of another',
      two('organisations', { webhook_config_default: 1 }),
      'fixtures: organisation 2 names webhook config 1 of another organisation',
    ],
    ['no organisation', none('organisations'), 'fixtures: key 2 names organisation 1, which is not in it'],
    [
      'a storage config of a key that is not in it',
      having('keys', { storage_config: 9 }),
      'fixtures: key 2 names storage config 9, which is not in it',
    ],
    [
      'a webhook config of a key that is not in it',
      having('keys', { webhook_config: 9 }),
      'fixtures: key 2 names webhook config 9, which is not in it',
    ],
    ['a token twice', having('keys', { token: 'ricloud-mock-token' }), 'fixtures: key 1 has the token of another key'],
    [
      'a user of no organisation',
      having('users', { organisation: 9 }),
      'fixtures: user 3 names organisation 9, which is not in it',
    ],
    [
      'a user twice',
      having('users', { identifier: 'renate@example.com' }),
      'fixtures: user 2 has the identifier of another one',
    ],
    [
      'a source twice',
      having('sources', { identifier: '00008020-001A2D8E0C31002E' }),
      'fixtures: source 6 has the identifier of another one',
    ],
    ['no key', none('keys'), 'fixtures: user 3 names key 1, which is not in it'],
    ['a user of a key of another', two('users', { key: 1 }), 'fixtures: user 2 names key 1 of another organisation'],
    ['no user', none('users'), 'fixtures: source 7 names user 1, which is not in it'],
    [
      'a parent that is not in it',
      having('sources', { parent: 9 }),
      'fixtures: source 7 names source 9, which is not in it',
    ],
    ['a parent of another', two('sources', { parent: 1 }), 'fixtures: source 2 names source 1 of another organisation'],
    [
      'a child of a child',
      having('sources', { parent: 6 }),
      'fixtures: source 7 is a child of source 6, which is a child itself',
    ],
    ['no source', none('sources'), `fixtures: session ${sessionIds.active} names source 1, which is not in it`],
    [
      'a session of a source of another',
      two('sessions', { source: { id: 1 } }),
      `fixtures: session ${sessionIds.other} names source 1 of another organisation`,
    ],
    [
      'a session of a key of another',
      two('sessions', { key: 1 }),
      `fixtures: session ${sessionIds.other} names key 1 of another organisation`,
    ],
    [
      'a child of another user than its parent',
      having('sources', { user: 2 }),
      'fixtures: source 7 is of user 2, and its parent of user 1',
    ],
    [
      'a session of another user than its source',
      having('sessions', { user: 2 }),
      `fixtures: session ${sessionIds.active} is of user 2, and its source of user 1`,
    ],
    [
      'a session of another organisation than its source',
      having('sessions', { organisation: 9 }),
      `fixtures: session ${sessionIds.active} names source 1 of another organisation`,
    ],
  ])('is reported with its place or its record: %s', (_, given, problem) => {
    expect(problemsOf(given)).toEqual([problem])
  })

  it('is a line each where there are several', () => {
    const own = having('users', { state: 'sleeping', identifier: '' })
    expect(() => createMock({ fixtures: [own] })).toThrow(
      'Failed to load the fixture:\n  users[0].identifier: must not be empty\n  users[0].state: must be "active", "deactivated" or "blocked", got "sleeping".',
    )
  })

  it('says that the fixture was not loaded', () => {
    expect(() => createMock({ fixtures: [none('keys')] })).toThrow(
      'Failed to load the fixture: user 3 names key 1, which is not in it.',
    )
  })
})
