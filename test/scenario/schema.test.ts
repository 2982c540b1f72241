import { describe, expect, it } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts'
import { language } from '../support/definition.ts'

/** The words of JSON Schema that the schema of scenarios may use, read as draft 2020-12 has them. */
interface Schema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly propertyNames?: Schema
  readonly items?: boolean | Schema
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/** Words that say what a value must be, all of which `accepts` understands. */
const checked =
  '$ref type enum const required properties additionalProperties propertyNames items prefixItems anyOf oneOf allOf pattern minLength maxLength minItems maxItems minimum maximum exclusiveMinimum exclusiveMaximum'.split(
    ' ',
  )
/** Words that say something to people, or name something. */
const remarks = ['$schema', '$defs', '$id', 'title', 'description', 'default', 'examples', 'format', 'id']

const root = scenarioJsonSchema(language.scenario) as Schema & Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
}

function accepts(schema: boolean | Schema, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema
  const rules = [acceptsWord, acceptsNumber, acceptsText, acceptsList, acceptsObject, acceptsParts]
  return rules.every((rule) => rule(schema, value))
}

function acceptsWord(schema: Schema, value: unknown): boolean {
  if (schema.type !== undefined && ![schema.type].flat().some((type) => types[type]?.(value))) return false
  if (schema.enum && !schema.enum.includes(value)) return false
  return !('const' in schema) || schema.const === value
}

function acceptsNumber(schema: Schema, value: unknown): boolean {
  if (typeof value !== 'number') return true
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = schema
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return false
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return false
  return value >= minimum && value <= maximum
}

function acceptsText({ pattern, minLength = 0, maxLength = Infinity }: Schema, value: unknown): boolean {
  if (typeof value !== 'string') return true
  const isLong = value.length >= minLength && value.length <= maxLength
  return isLong && (pattern === undefined || new RegExp(pattern, 'u').test(value))
}

function acceptsList({ items = true, prefixItems = [], minItems = 0, maxItems = Infinity }: Schema, value: unknown) {
  if (!Array.isArray(value)) return true
  if (value.length < minItems || value.length > maxItems) return false
  return value.every((item, i) => accepts(prefixItems[i] ?? items, item))
}

function acceptsObject(schema: Schema, value: unknown): boolean {
  if (!isObject(value)) return true
  const { required = [], properties = {}, additionalProperties = true, propertyNames = true } = schema
  if (!required.every((name) => Object.hasOwn(value, name))) return false
  return Object.entries(value).every(
    ([name, part]) =>
      accepts(propertyNames, name) &&
      accepts(Object.hasOwn(properties, name) ? (properties[name] as Schema) : additionalProperties, part),
  )
}

function acceptsParts({ $ref, anyOf, oneOf, allOf }: Schema, value: unknown): boolean {
  const fits = (part: Schema) => accepts(part, value)
  if ($ref !== undefined && !fits(referred($ref))) return false
  if (oneOf && oneOf.filter(fits).length !== 1) return false
  return (!anyOf || anyOf.some(fits)) && (!allOf || allOf.every(fits))
}

const referred = ($ref: string): Schema =>
  $ref === '#' ? root : (root.$defs?.[$ref.replace('#/$defs/', '')] ?? { enum: [] })

/** Every schema within a schema, by its place. */
function* within(schema: Schema, place = '#'): Generator<[string, Schema]> {
  yield [place, schema]
  for (const [word, value] of Object.entries(schema)) {
    const parts: [string, unknown][] =
      word === 'properties' || word === '$defs'
        ? Object.entries(value as object)
        : ['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(word)
          ? Object.entries(value as object)
          : ['items', 'additionalProperties', 'propertyNames'].includes(word)
            ? [['', value]]
            : []
    for (const [name, part] of parts) if (isObject(part)) yield* within(part as Schema, `${place}/${word}/${name}`)
  }
}

/** A scenario as JSON has it. */
const asJson = (scenario: unknown): unknown => JSON.parse(JSON.stringify(scenario))

describe('The JSON Schema of scenarios', () => {
  it('says that it is draft 2020-12', () => {
    expect(root.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
  })

  it('has a title for editors', () => {
    expect(root.title).toMatch(/scenario/)
  })

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(root))).toEqual(root)
  })

  it('uses words of JSON Schema alone', () => {
    const unknown = [...within(root)].flatMap(([place, schema]) =>
      Object.keys(schema)
        .filter((word) => !checked.includes(word) && !remarks.includes(word))
        .map((word) => `${place} ${word}`),
    )
    expect(unknown).toEqual([])
  })

  it('has types and patterns that can be read', () => {
    const wrong = [...within(root)].filter(([, { type, pattern }]) => {
      if (pattern !== undefined) new RegExp(pattern, 'u')
      return type !== undefined && [type].flat().some((one) => !Object.hasOwn(types, one))
    })
    expect(wrong).toEqual([])
  })

  it('refers only to what it defines', () => {
    const refs = [...within(root)].flatMap(([, { $ref }]) => $ref ?? [])
    expect(
      refs.filter(($ref) => $ref !== '#' && !Object.hasOwn(root.$defs ?? {}, $ref.replace('#/$defs/', ''))),
    ).toEqual([])
  })

  it('names every key, so that editors complete it', () => {
    expect(Object.keys(root.properties ?? {})).toEqual([
      'scenario',
      'description',
      'clock',
      'settings',
      'fixtures',
      'generate',
      'catalogue',
      'accounts',
      'steps',
      'faults',
    ])
  })

  it('asks for a name alone', () => {
    expect(root.required).toEqual(['scenario'])
  })

  it.each(Object.entries(scenarios))('accepts the built-in scenario %s', (_, scenario) => {
    expect(accepts(root, asJson(scenario))).toBe(true)
  })

  it.each([
    ['a start as text', { clock: { start: '2020-02-20T12:00:00Z' } }],
    ['settings that are null', { settings: { session_lifetime: null, session_idle: null, rate_limit: null } }],
    ['an account that never decides', { accounts: [{ identifier: 'a', init: 'never' }] }],
    ['an account that is locked for a while', { accounts: [{ identifier: 'a', locked: '1h' }] }],
    ['an account that is locked for good', { accounts: [{ identifier: 'a', locked: true }] }],
    ['a fixture in full', { fixtures: ['default', { users: [] }] }],
    ['a step on an event', { steps: [{ on: 'session.active', do: 'session.expire' }] }],
    ['a step on a call', { steps: [{ on: 'POST /sessions', every: 2, do: 'user.block' }] }],
    ['a step on calls of any method', { steps: [{ on: '* /users/*', do: 'user.block' }] }],
    ['a step that repeats', { steps: [{ at: '1h', every: '1.5h', times: 2, do: 'key.rotate' }] }],
    ['a fault in a window', { faults: [{ on: 'GET /users', between: ['1h', '2h'], delay: '500ms' }] }],
  ])('accepts %s', (_, part) => {
    expect(accepts(root, { scenario: 'x', ...part })).toBe(true)
  })

  it.each([
    ['no name', { steps: [] }],
    ['an empty name', { scenario: '' }],
    ['an unknown key', { scenario: 'x', stps: [] }],
    ['an unknown setting', { scenario: 'x', settings: { session_int: '2s' } }],
    ['a duration that is none', { scenario: 'x', settings: { session_init: '6 hrs' } }],
    ['a duration that is a number', { scenario: 'x', settings: { session_init: 6 } }],
    ['an account without an identifier', { scenario: 'x', accounts: [{}] }],
    ['an unknown type of account', { scenario: 'x', accounts: [{ type: 'icloud', identifier: 'a' }] }],
    ['a code that is a number', { scenario: 'x', accounts: [{ identifier: 'a', code: 123456 }] }],
    ['no outcomes', { scenario: 'x', accounts: [{ identifier: 'a', outcomes: [] }] }],
    ['an unknown action', { scenario: 'x', steps: [{ at: '1h', do: 'session.expir' }] }],
    ['an unknown event', { scenario: 'x', steps: [{ on: 'session.activ', do: 'session.expire' }] }],
    ['a method that the API does not have', { scenario: 'x', steps: [{ on: 'PUT /users', do: 'user.block' }] }],
    ['a step without an action', { scenario: 'x', steps: [{ at: '1h' }] }],
    ['an unknown key of a step', { scenario: 'x', steps: [{ at: '1h', doo: 1, do: 'user.block' }] }],
    ['a list of values', { scenario: 'x', steps: [{ at: '1h', do: 'user.block', where: { id: [1] } }] }],
    ['nth 0', { scenario: 'x', steps: [{ on: 'user.created', nth: 0, do: 'user.block' }] }],
    ['a status that the API never sends', { scenario: 'x', faults: [{ on: 'GET /users', answer: { status: 418 } }] }],
    ['an unknown close', { scenario: 'x', faults: [{ on: 'GET /users', close: 'cut' }] }],
    ['a probability above 1', { scenario: 'x', faults: [{ on: 'GET /users', probability: 2, delay: '1s' }] }],
    ['a window of one time', { scenario: 'x', faults: [{ on: 'GET /users', between: ['1h'], delay: '1s' }] }],
    [
      'a window of three times',
      { scenario: 'x', faults: [{ on: 'GET /users', between: ['1h', '2h', '3h'], delay: '1s' }] },
    ],
    ['a fault on no call', { scenario: 'x', faults: [{ delay: '1s' }] }],
    ['a negative count', { scenario: 'x', generate: { users: -1 } }],
    ['a speed of nothing', { scenario: 'x', clock: { speed: 0 } }],
    ['a list', []],
    ['null', null],
  ])('refuses %s', (_, scenario) => {
    expect(accepts(root, scenario)).toBe(false)
  })
})
