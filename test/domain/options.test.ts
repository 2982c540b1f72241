import { describe, expect, it } from 'vitest'
import { createMock, type Fixture, type MockOptions } from '../../src/index.ts'
import { worlds } from '../support/worlds.ts'

const create = (options: object) => () => createMock(options as MockOptions)
const fixture = (change: (fixture: Record<string, Record<string, unknown>[]>) => void) => {
  const copy = structuredClone(worlds.default) as unknown as Record<string, Record<string, unknown>[]>
  change(copy)
  return { fixtures: [copy as unknown as Fixture] }
}
/** The default fixture with another value in the first record of a list. */
const withField = (list: string, field: string, value: unknown) =>
  fixture((copy) => Object.assign(copy[list]?.[0] ?? {}, { [field]: value }))

describe('createMock', () => {
  it('needs no options', () => {
    expect(createMock().token).toBe('ricloud-mock-token')
  })

  it('takes options that are left undefined', () => {
    const options = { seed: undefined, token: undefined, clock: undefined, dialect: undefined, settings: undefined }
    expect(createMock({ ...options, fixtures: undefined, generate: undefined, log: undefined }).seed).toBe(1)
  })

  it('takes a token of its own', () => {
    expect(createMock({ token: 'mine' }).token).toBe('mine')
  })

  it.each(['default', 'empty', 'super', 'two-organisations'] as const)('takes the fixture %s by name', (name) => {
    expect(createMock({ fixtures: [name] }).db.organisation.count()).toBe(worlds[name].organisations.length)
  })

  it('takes a fixture as the API sends it', () => {
    const own = worlds['two-organisations'] as unknown as Fixture
    expect(createMock({ fixtures: [own] }).db.organisation.count()).toBe(2)
  })

  it.each<[string, object, string | RegExp]>([
    ['an unknown option', { colour: 'red' }, 'colour'],
    ['a negative seed', { seed: -1 }, /seed: must be at least 0, got -1/],
    ['a seed that is not whole', { seed: 1.5 }, /seed: must be a whole number, got 1.5/],
    ['a seed that is too large', { seed: 2 ** 32 }, /seed: .*4294967295/],
    ['a seed in text', { seed: '1' }, /seed: .*number/],
    ['a token with a space', { token: 'two words' }, 'token: must be visible ASCII without spaces'],
    ['an empty token', { token: '' }, 'token: '],
    ['a token that is no text', { token: 5 }, /token: .*string/],
    ['a clock that is no object', { clock: '2020-02-20T12:00:00Z' }, /clock: .*object/],
    ['a clock that is frozen by a word', { clock: { frozen: 'yes' } }, /clock\.frozen: must be true or false/],
    ['a clock of no speed', { clock: { speed: 0 } }, /clock\.speed: must be above 0/],
    ['a clock of negative speed', { clock: { speed: -1 } }, /clock\.speed: must be above 0/],
    ['a clock of infinite speed', { clock: { speed: Number.POSITIVE_INFINITY } }, 'clock.speed: '],
    ['a clock that starts at a number', { clock: { start: 1_582_200_000 } }, 'clock.start: '],
    ['a clock that starts at an invalid Date', { clock: { start: new Date(Number.NaN) } }, 'clock.start: '],
    ['an unknown dialect', { dialect: 'python' }, /dialect: .*"documented".*"ricloud-py"/],
    ['settings that are no object', { settings: [] }, /settings: .*object/],
    [
      'a bad session_init',
      { settings: { session_init: '6 hrs' } },
      /settings\.session_init: "6 hrs" is not a duration/,
    ],
    ['a bad session_lifetime', { settings: { session_lifetime: '1 day' } }, /settings\.session_lifetime: .*"6h"/],
    [
      'a bad rotation_grace',
      { settings: { rotation_grace: '-1h' } },
      /settings\.rotation_grace: "-1h" is not a duration/,
    ],
    ['a duration that is a number', { settings: { session_init: 5 } }, /settings\.session_init: .*(?:string|duration)/],
    ['a grace that never ends', { settings: { rotation_grace: null } }, 'settings.rotation_grace: '],
    ['a log that is no function', { log: 'console' }, 'log: must be a function'],
    ['an unknown fixture', { fixtures: ['nobody'] }, /no fixture is called "nobody".*"default".*"two-organisations"/],
  ])('refuses %s by name', (_, options, message) => {
    expect(create(options)).toThrow(message)
  })

  it.each<[string, object, string]>([
    ['clock.start that is no instant', { clock: { start: 'yesterday' } }, 'clock.start'],
    ['clock.start without a zone', { clock: { start: '2020-02-20T12:00:00' } }, 'clock.start'],
    ['clock.start on 30 February', { clock: { start: '2020-02-30T12:00:00Z' } }, 'clock.start'],
    ['fixtures that are null', { fixtures: null }, 'fixtures'],
    ['a fixture that is a number', { fixtures: [5] }, 'fixture'],
    ['fixtures that are a name', { fixtures: 'default' }, 'fixtures'],
    ['baseUrl that is no URL', { baseUrl: 'localhost' }, 'baseUrl'],
    ['baseUrl with a path', { baseUrl: 'http://localhost/api' }, 'baseUrl'],
  ])('names the option at fault: %s', (_, options, name) => {
    expect(create(options)).toThrow(name)
  })

  it('shows the form of an instant that it takes', () => {
    expect(create({ clock: { start: 'yesterday' } })).toThrow(/"yesterday" is not an instant.*"2020-02-20T12:00:00Z"/)
  })

  it('shows the forms of a duration that it takes', () => {
    expect(create({ settings: { session_init: '1h30m' } })).toThrow(/"500ms".*"6h"/)
  })

  it.each([
    [{ sede: 5 }, 'seed'],
    [{ tokn: 'x' }, 'token'],
    [{ setings: {} }, 'settings'],
    [{ fixture: ['default'] }, 'fixtures'],
    [{ clock: { strat: '2020-02-20T12:00:00Z' } }, 'start'],
    [{ clock: { froze: true } }, 'frozen'],
    [{ settings: { rotation_grase: '6h' } }, 'rotation_grace'],
    [{ settings: { sesion_init: '2s' } }, 'session_init'],
    [{ fixtures: ['defualt'] }, 'default'],
    [{ fixtures: ['two-organizations'] }, 'two-organisations'],
  ])('refuses %j with the nearest valid word', (options, word) => {
    expect(create(options)).toThrow(`Did you mean "${word}"?`)
  })

  it.each([{ clock: { starts: 'x' } }, { settings: { session_ini: '2s' } }])(
    'says where an unknown word stands in %j',
    (options) => {
      const [place = ''] = Object.keys(options)
      expect(create(options)).toThrow(`${place}.`)
    },
  )

  it('names every option at fault at once', () => {
    expect(create({ seed: -1, dialect: 'python', settings: { session_init: 'soon' } })).toThrow(
      /seed: .*dialect: .*settings\.session_init: /s,
    )
  })

  it('says that the mock was not created', () => {
    expect(create({ seed: -1 })).toThrow(/^Failed to create the mock: /)
  })
})

describe('a fixture', () => {
  it.each<[string, MockOptions, string | RegExp]>([
    ['a state that does not exist', withField('users', 'state', 'sleeping'), /users\[0\]\.state/],
    ['an attribute that the API does not send', withField('users', 'colour', 'red'), /users\[0\]\.colour/],
    ['a missing attribute', withField('users', 'identifier', undefined), /users\[0\]\.identifier/],
    ['an ID in text', withField('users', 'id', '1'), /users\[0\]\.id/],
    ['the resource of another', withField('keys', 'resource', 'user'), /keys\[0\]\.resource/],
    [
      'a date that does not exist',
      withField('keys', 'date_created', '2020-02-30T00:00:00Z'),
      /keys\[0\]\.date_created/,
    ],
    ['a type that does not exist', withField('sources', 'type', 'icloud'), /sources\[0\]\.type/],
    ['an error that does not exist', withField('sessions', 'error', 'sadness'), /sessions\[0\]\.error/],
    ['a source that is only an ID', withField('sessions', 'source', 1), /sessions\[0\]\.source/],
    ['a source of a user who is not in it', withField('sources', 'user', 99), /source 7 .*user 99/],
    ['no list of users', fixture((copy) => Reflect.deleteProperty(copy, 'users')), /source 7 .*user 1/],
    ['no organisation', fixture((copy) => Object.assign(copy, { organisations: [] })), /key 2 .*organisation 1/],
    ['no key', fixture((copy) => Object.assign(copy, { keys: [] })), /user 3 .*key 1/],
    ['a list of something else', fixture((copy) => Object.assign(copy, { tasks: [] })), 'tasks'],
  ])('with %s is refused with the place', (_, options, message) => {
    expect(create(options)).toThrow(message)
  })

  it('with a session of a source that is not in it is refused with what is missing', () => {
    expect(create(withField('sessions', 'source', { id: 99 }))).toThrow('source 99')
  })

  it('is named by what failed', () => {
    expect(create(withField('users', 'state', 'sleeping'))).toThrow(/^Failed to load the fixture: /)
  })

  it('that is given does not change', () => {
    const own = structuredClone(worlds.default) as unknown as Fixture
    createMock({ fixtures: [own], token: 'mine' })
    expect(own).toEqual(worlds.default)
  })
})
