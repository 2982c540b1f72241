import { describe, expect, it } from 'vitest'
import { createMock, type Fixture, type MockOptions } from '../../src/index.ts'
import { worlds } from '../support/worlds.ts'

const create = (options: object) => () => createMock(options as MockOptions)
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

  it.each(['default', 'empty', 'minimal', 'super', 'two-organisations'] as const)(
    'takes the fixture %s by name',
    (name) => {
      expect(createMock({ fixtures: [name] }).db.organisation.count()).toBe(worlds[name].organisations.length)
    },
  )

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
    [
      'a clock that starts at a number',
      { clock: { start: 1_582_200_000 } },
      'clock.start: must be an ISO 8601 instant or a Date, got 1582200000.',
    ],
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
    ['a word for a switch', { strict: 'yes' }, 'strict: must be true or false, got "yes".'],
    [
      'an option within another',
      { clock: { baseUrl: 'http://127.0.0.1' } },
      'clock.baseUrl: is unknown; known here: start, frozen, speed.',
    ],
    ['a log that is no function', { log: 'console' }, 'log: must be a function, got "console".'],
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
    ['a fixture that is a path', { fixtures: ['mine.json'] }, '"mine.json" is a path; give the records that are in it'],
    [
      'a fixture that is an array',
      { scenario: { scenario: 'x', fixtures: [[]] } },
      'fixtures[0]: must be the name of a fixture, the path of a JSON file, or an object of records, got an array.',
    ],
    ['fixtures that are a name', { fixtures: 'default' }, 'fixtures: must be an array, got "default".'],
    ['baseUrl that is no URL', { baseUrl: 'localhost' }, 'baseUrl'],
    ['baseUrl with a path', { baseUrl: 'http://localhost/api' }, 'baseUrl'],
  ])('names the option at fault: %s', (_, options, name) => {
    expect(create(options)).toThrow(name)
  })

  it('shows the form of an instant that it takes', () => {
    expect(create({ clock: { start: 'yesterday' } })).toThrow(/"yesterday" is not an instant.*"2020-02-20T12:00:00Z"/)
  })

  it('shows the forms of a duration that it takes', () => {
    expect(create({ settings: { session_init: '30m1h' } })).toThrow(/"500ms".*"6h"/)
  })

  it.each([
    [{ sede: 5 }, 'seed'],
    [{ tokn: 'x' }, 'token'],
    [{ setings: {} }, 'settings'],
    [{ fixture: ['default'] }, 'fixtures'],
    [{ clock: { strat: '2020-02-20T12:00:00Z' } }, 'start'],
    [{ clock: { froze: true } }, 'frozen'],
    [{ worlds: { idel: '5m' } }, 'idle'],
    [{ settings: { rotation_grase: '6h' } }, 'rotation_grace'],
    [{ settings: { sesion_init: '2s' } }, 'session_init'],
    [{ fixtures: ['defualt'] }, 'default'],
    [{ scenario: 'rotaton' }, 'rotation-grace'],
    [{ fixtures: ['two-organizations'] }, 'two-organisations'],
  ])('refuses %j with the nearest valid word', (options, word) => {
    expect(create(options)).toThrow(`Did you mean "${word}"?`)
  })

  it.each([
    [{ frozen: true }, 'frozen', 'clock'],
    [{ idle: '1m' }, 'idle', 'worlds'],
    [{ session_init: '2s' }, 'session_init', 'settings'],
    [{ scenario: { scenario: 'x', on: 'GET /users' } }, 'on', 'steps or faults'],
  ])('refuses %j, and says where the word belongs', (options, word, place) => {
    expect(create(options)).toThrow(`${word}: is unknown here, and belongs inside ${place}; known here: `)
  })

  it('names nothing where the whole of a value is invalid', () => {
    expect(create({ scenario: [] })).toThrow(/: 1 problem\n {2}must be an object, got an array\.$/)
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
