import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { messageOf } from '../../src/engine/thrown.ts'
import { createMock } from '../../src/index.ts'
import { definition } from '../../src/mock/ricloud.ts'
import { controlRoutes } from '../support/definition.ts'
import { setupControl } from './setup.ts'

const wrong: readonly unknown[] = [5, 1.5, -1, true, null, 'no such word', '', [], [5], {}, { nope: 1 }]

/** Values for a schema with one that is wrong at each place, to the given depth. */
function wrongFor(schema: z.ZodType | undefined, depth = 3): unknown[] {
  let inner: unknown = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)
    inner = inner.unwrap()
  if (inner instanceof z.ZodPipe) inner = inner.in
  const within = depth === 0 ? [] : withinOf(inner, depth)
  return [...wrong, ...within]
}

function withinOf(schema: unknown, depth: number): unknown[] {
  if (schema instanceof z.ZodArray) return wrongFor(schema.element as z.ZodType, depth - 1).map((one) => [one])
  if (schema instanceof z.ZodRecord) {
    return wrongFor(schema.valueType as z.ZodType, depth - 1).map((one) => ({ x: one }))
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((one) => withinOf(one, depth))
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape).flatMap(([name, of]) =>
    wrongFor(of as z.ZodType, depth - 1).map((one) => ({ [name]: one })),
  )
}

/** What zod says where a schema says nothing. */
const textOfLibrary = /Invalid (?:input|key|element|string|option|value|discriminator)|Too (?:big|small)|Unrecognized/

const calls = controlRoutes.filter(({ body, method }) => body !== undefined && method !== 'GET')
const pathOf = (path: string) => path.replace(/\{(\w+)(?:\.\.\.)?\}/g, 'x')

describe('Messages about what is invalid', () => {
  it.each(calls.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'are those of the mock: %s',
    async (_, { method, path, body }) => {
      const { call } = setupControl({ clock: { frozen: true } })
      const texts: string[] = []
      for (const given of wrongFor(body as z.ZodType)) {
        const answer = await call(method, pathOf(path), given)
        texts.push(JSON.stringify([answer.body.message, answer.body.params]))
      }
      expect(texts.filter((text) => textOfLibrary.test(text))).toEqual([])
    },
  )

  it('are those of the mock: options', () => {
    const messages = wrongFor(definition.options).map((options) => {
      try {
        createMock(options as object)
        return ''
      } catch (error) {
        return messageOf(error)
      }
    })
    expect(messages.filter((text) => textOfLibrary.test(text))).toEqual([])
  })

  it('are those of the mock: scenarios', () => {
    const messages = wrongFor(definition.language.scenario).map((scenario) => {
      try {
        createMock({ scenario: { scenario: 'x', ...(scenario as object) } as never })
        return ''
      } catch (error) {
        return messageOf(error)
      }
    })
    expect(messages.filter((text) => textOfLibrary.test(text))).toEqual([])
  })
})

describe.each(['/_mock/reset', '/_mock/worlds'])('POST %s: an invalid initial state', (path) => {
  const { post } = setupControl()
  const user = { users: [{ id: 'x' }] }
  it.each<[string, object, string]>([
    ['a number for the scenario', { scenario: 5 }, 'scenario'],
    ['a number for a fixture', { fixtures: [5] }, 'fixtures[0]'],
    ['an unknown fixture', { fixtures: ['nope'] }, 'fixtures[0]'],
    ['a part of the scenario', { scenario: { scenario: 'x', steps: 5 } }, 'scenario.steps'],
    ['a scenario without a name', { scenario: {} }, 'scenario.scenario'],
    ['a fixture of the scenario', { scenario: { scenario: 'x', fixtures: [5] } }, 'scenario.fixtures[0]'],
    ['a record of the scenario', { scenario: { scenario: 'x', fixtures: [user] } }, 'scenario.fixtures[0].users[0].id'],
    [
      'a path in the scenario',
      {
        scenario: {
          scenario: 'x',
          accounts: [{ type: 'icloud.account', identifier: 'a@b.example', data: { x: 'y.json' } }],
        },
      },
      'scenario.accounts[0].data.x',
    ],
    ['a name with a colon', { scenario: { scenario: 'x', 'a b: c': 5 } }, 'scenario.a b: c'],
    ['a name like an option', { scenario: { scenario: 'x', seed: 5 } }, 'scenario.seed'],
    ['a setting with a space', { settings: { 'a b': 5 } }, 'settings.a b'],
    ['a record', { fixtures: [user] }, 'fixtures[0].users[0].id'],
    ['a record of the second fixture', { fixtures: ['default', user] }, 'fixtures[1].users[0].id'],
    ['a setting', { settings: { session_init: 5 } }, 'settings.session_init'],
  ])('names the attribute of the body: %s', async (_, given, name) => {
    const { status, body } = await post(path, given)
    expect([status, Object.keys(body.params)]).toEqual([400, expect.arrayContaining([name])])
    expect(Object.keys(body.params).filter((one) => !/^(?:scenario|fixtures|settings)\b/.test(one))).toEqual([])
  })
})
