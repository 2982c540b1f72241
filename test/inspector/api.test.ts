import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describeApi } from '../../src/control/description.ts'
import * as attribute from '../../src/engine/attribute.ts'
import { type Definition, resource, stateOf } from '../../src/engine/resource.ts'
import { Api } from '../../src/inspector/api.ts'
import { chosen, newestFirst, type Row } from '../../src/inspector/rows.ts'
import { described, description } from './described.ts'

const lifecycle = { lent: { give_back: 'returned' }, returned: {} } as const

/** A resource that no code of the inspector knows. */
const loan = resource({
  id: 'integer',
  path: '/loans',
  description: 'Who has which book',
  lifecycle,
  shape: {
    book: attribute.id('book'),
    reader: attribute.text(),
    renewals: attribute.integer(),
    note: attribute.json<object>(() => ({})),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
    date_due: attribute.nullable(attribute.datetime()),
  },
  hidden: { shelf: attribute.text() },
  filters: [],
  display: { position: 0, label: 'reader', tones: { lent: 'good', returned: 'over' }, hint: 'Lend a book.' },
})
/** A resource without `display`. */
const book = resource({
  id: 'uuid',
  path: '/books',
  description: 'What can be lent',
  lifecycle: {},
  shape: { title: attribute.text(), date_created: attribute.datetime() },
  hidden: {},
  filters: [],
})

const apiOf = (definitions: Readonly<Record<string, Definition>>) =>
  new Api(describeApi({ definitions, routes: [], dueWork: {}, actions: {} }))
const library = apiOf({ book, loan } as unknown as Readonly<Record<string, Definition>>)

describe('Api: a made-up resource', () => {
  const rows: readonly Row[] = [
    { id: 1, state: 'lent', reader: 'Ada', renewals: 0, date_created: '2020-02-18', shelf: 'A1' },
    { id: 2, state: 'returned', reader: 'Alan', renewals: 1, date_created: '2020-02-19', shelf: 'A2' },
  ]

  test('gets a table with title, columns and hint', () => {
    const table = library.table('loan')
    expect([table.title, table.hint]).toEqual(['Loans', 'Lend a book.'])
    expect(table.columns.map(({ title, kind }) => [title, kind])).toEqual([
      ['ID', 'id'],
      ['State', 'state'],
      ['Book', 'number'],
      ['Reader', undefined],
      ['Renewals', 'number'],
      ['Created', 'date'],
      ['Due', 'date'],
    ])
  })

  test('can be filtered by the examples of its filter', () => {
    const { example, condition } = library.table('loan')
    expect([example, condition]).toEqual(['lent, book:1, any word', 'state:lent'])
    expect(chosen(rows, condition, newestFirst).map(({ id }) => id)).toEqual([1])
    expect(chosen(rows, 'alan', newestFirst).map(({ id }) => id)).toEqual([2])
  })

  test('has tones and labels', () => {
    expect([library.toneOf('loan', 'lent'), library.toneOf('loan', 'lost')]).toEqual(['good', 'over'])
    expect(rows.map((row) => library.labelOf('loan', row, () => new Map()))).toEqual(['Ada', 'Alan'])
  })

  test('is sorted by its position, before a resource without one', () => {
    expect(library.tables.map(({ resource }) => resource)).toEqual(['loan', 'book'])
  })

  test('without `display` has columns for all attributes that fit into a cell', () => {
    expect(library.table('book').columns.map(({ title }) => title)).toEqual(['ID', 'Title', 'Created'])
    expect(library.labelOf('book', { id: 'b' }, () => new Map())).toBe('book b')
  })
})

describe('Api: ricloud', () => {
  test('has a table for every resource that is not hidden, sorted by position', () => {
    expect(described.tables.map(({ title }) => title)).toEqual([
      ...['Sessions', 'Sources', 'Users', 'Keys', 'Organisations', 'Subscriptions', 'Polls', 'Results'],
      ...['Storage configs', 'Webhook configs', 'Tasks', 'Events'],
    ])
  })

  test.each([
    ['session', 'ID State Error Source User Key Created Expired'],
    ['user', 'ID State Identifier Org. Key Created'],
    ['organisation', 'ID State Name Type API version Created'],
    ['webhook_config', 'ID State URL Created'],
    ['event', 'ID State Type Action Retries Created Delivered'],
  ])('%s has the columns %s', (resource, titles) => {
    const { columns } = described.table(resource)
    expect(columns.map(({ title }) => title).join(' ')).toBe(titles)
  })

  test('every column is an attribute', () => {
    for (const { resource, columns } of described.tables) {
      const names = described.resource(resource)?.attributes.map(({ name }) => name)
      expect(['id', ...(names ?? [])]).toEqual(expect.arrayContaining(columns.map(({ field }) => field)))
    }
  })

  test.each([
    ['session.expire', 'session'],
    ['account.change_password', 'source'],
    ['config.test', 'task'],
    ['event.deliver', 'event'],
    ['scenario.step', undefined],
  ])('due work %s comes to %s', (work, resource) => {
    expect(described.resourceOfWork(work)).toBe(resource)
  })

  test('finds an event by the label of the record that it tells of', () => {
    const sources = new Map([[7, { id: 7, identifier: 'renate@example.com' }]])
    const sessions = new Map([['a', { id: 'a', source: 7 }]])
    const rows = (resource: string) => new Map<string | number, Row>(resource === 'source' ? sources : sessions)
    const event = { id: 'e', data: { resource: 'session', id: 'a' } }
    expect(described.fieldsOf('event', event, rows)).toContainEqual(['session', 'renate@example.com'])
  })

  test('labels a record by the record it refers to, or by a choice and its resource', () => {
    const sources = new Map([[7, { id: 7, identifier: 'renate@example.com' }]])
    const rows = (resource: string) => (resource === 'source' ? sources : new Map())
    expect(described.labelOf('session', { id: 'a', source: 7 }, rows)).toBe('renate@example.com')
    expect(described.labelOf('session', { id: 'a', source: 8 }, rows)).toBe('source 8')
    expect(described.labelOf('key', { id: 1, type: 'trial' }, rows)).toBe('trial key')
  })
})

test('The source of the inspector names no resource', () => {
  const root = new URL('../../src/inspector/', import.meta.url)
  // `key` and `event` have other meanings in a page.
  const names = description.resources.map(({ name }) => name).filter((name) => name !== 'key' && name !== 'event')
  const pattern = new RegExp(`\\b(?:${names.join('|')})s?\\b|['"\`/](?:key|event)s?['"\`.]`, 'g')
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => {
      const matches = readFileSync(new URL(path, root), 'utf8').matchAll(pattern)
      return Array.from(matches, ([word]) => `${path}: ${word}`)
    })
  // The kind of messages of the stream, the field of server-sent events, and the path of the history.
  const meant = /^(?:store|bars|event-stream|loads)\.ts: ['/]events?'$/
  expect(found.filter((word) => !meant.test(word))).toEqual([])
})
