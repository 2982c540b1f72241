import { describe, expect, it } from 'vitest'
import { answersOf } from '../../src/control/openapi.ts'
import { attributesOf, type Definition, pastOf } from '../../src/engine/resource.ts'
import { filtersOf, givenSchema, sentSchemas } from '../../src/engine/schemas.ts'
import { Views } from '../../src/engine/view.ts'
import { createMock } from '../../src/index.ts'
import { type ResourceName, resources } from '../../src/ricloud/resources/index.ts'
import { views } from '../../src/ricloud/views.ts'
import { attributesFor } from '../../src/scenario/attributes.ts'
import { api, apiDocument, language } from '../support/definition.ts'
import { arrange, emptyDatabase, emptyWorld, records } from '../support/world.ts'

const all = Object.entries(resources) as [ResourceName, Definition][]
const held = (definition: Definition) =>
  Object.entries(attributesOf(definition)).flatMap(([name, { isComputed }]) => (isComputed ? [] : name))

describe.each(all)('The definition of %s', (name, definition) => {
  const attributes = attributesOf(definition)

  it('names attributes that it has wherever it names one', () => {
    const { filters, lookups = [], unique = [], owner = 'id', nested = [], about } = definition
    const named = [...filters, ...lookups, ...unique, ...nested, ...(about ? Object.values(about) : [])]
    expect([...named, ...(owner === 'id' ? [] : [owner])].filter((one) => !(one in attributes))).toEqual([])
  })

  it('refers to resources by the kind of ID that they have', () => {
    const wrong = Object.values(attributes).filter(({ type, to }) => {
      const id = to === undefined ? undefined : resources[to as ResourceName]?.id
      return type === 'id' || type === 'nested'
        ? id !== 'integer'
        : type === 'uuid'
          ? id !== 'uuid'
          : type === 'list' && id === undefined
    })
    expect(wrong).toEqual([])
  })

  it('leads to no state that it does not have', () => {
    const states = Object.keys(definition.lifecycle)
    const outcomes = Object.values(definition.lifecycle).flatMap((verbs) => Object.values(verbs).flat())
    expect(outcomes.filter((state) => !states.includes(state))).toEqual([])
  })

  it('has a model and a table that hold just its fields', () => {
    const { models, tables } = emptyDatabase()
    const record = models[name].create()
    expect(Object.keys(record).sort()).toEqual(['id', ...held(definition)].sort())
    expect(tables[name].get(record.id)).toBe(record)
  })

  it('has a record that its view sends as its schema says, in the order of its attributes', () => {
    const world = emptyWorld()
    arrange(world, 'organisation', {})
    arrange(world, 'permissions', {})
    if (name !== 'organisation' && name !== 'permissions') arrange(world, name, {})
    const view = world.views.show(world.viewer, name, records[name])
    expect(sentSchemas(resources)[name]?.safeParse(view).error).toBeUndefined()
    const optional = (one: string) => attributes[one]?.isOptional
    expect(Object.keys(view)).toEqual([
      'id',
      'resource',
      ...Object.keys(definition.shape).filter((one) => !optional(one)),
    ])
  })

  it('is in the schemas of answers, and in the document if an operation answers with it', () => {
    expect(Object.keys(answersOf(api))).toEqual(expect.arrayContaining([name, `${name}_list`]))
    const { tags } = apiDocument() as { tags: { name: string }[] }
    expect(tags.map((tag) => tag.name)).toContain(name)
  })

  it('has a filter for each that it names', () => {
    expect(Object.keys(filtersOf(definition))).toEqual(definition.filters)
    expect(Object.values(filtersOf(definition)).filter((filter) => filter === undefined)).toEqual([])
  })

  it('has a fixture schema that takes what its view sends', () => {
    const world = emptyWorld()
    for (const one of ['organisation', 'permissions', 'source'] as const) if (one !== name) arrange(world, one, {})
    arrange(world, name, {})
    const view = JSON.parse(JSON.stringify(world.views.show(world.viewer, name, records[name])))
    expect(givenSchema(resources, name).safeParse(view).error).toBeUndefined()
  })

  it('has attributes that conditions can name, none of them secret', () => {
    const nameable = Object.keys(attributesFor(resources, name))
    expect(nameable).toContain('id')
    expect(nameable.filter((one) => attributes[one]?.isSecret)).toEqual([])
  })

  it('has events for its moves unless it is silent', () => {
    const verbs = new Set(Object.values(definition.lifecycle).flatMap((of) => Object.keys(of)))
    const events = Array.from(verbs, (verb) => `${name}.${pastOf(verb)}`)
    const known = events.filter((event) => language.events.all.includes(event))
    expect(known).toEqual(definition.isSilent ? [] : events)
  })

  it('is in state(), and its records are found by record()', () => {
    const mock = createMock()
    const [first] = mock.state()[name]
    if (first) expect(mock.record(name, first.id).shown.resource).toBe(name)
    else expect(() => mock.record(name, records[name].id)).toThrow(`No ${name} has the ID`)
  })
})

describe('What a definition leaves open', () => {
  it('an attribute that records do not hold and nothing makes throws', () => {
    const { session: _, ...others } = views
    expect(() => new Views(resources, others as never)).toThrow('Nothing makes the attribute source of session.')
  })

  it('due work that nothing handles throws when it is scheduled', () => {
    const world = emptyWorld()
    expect(() => world.schedule(world.clock.now(), 'session.vanish', 1)).toThrow(
      'Nothing handles due work of the name "session.vanish".',
    )
  })

  it('due work that nothing handles throws when it comes due', () => {
    const world = emptyWorld()
    world.time.schedule(world.clock.now(), 'session.vanish', 1)
    expect(() => world.time.runDue()).toThrow('Nothing handles due work of the name "session.vanish".')
  })
})
