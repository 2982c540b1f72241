import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { answerSchemas, requestSchema } from '../../../src/engine/http/json-schema.ts'
import { NewSession } from '../../../src/ricloud/routes/session.ts'
import { NewSource } from '../../../src/ricloud/routes/source.ts'
import { setupApi } from '../../support/api.ts'

const source = { user: 1, type: 'icloud.account', identifier: 'john' }
const relay = { user: 1, type: 'rirelay.instance' }

describe('the JSON Schema of a request', () => {
  it.each([
    ['a source', '/sources', source, true],
    ['a source without its identifier', '/sources', { ...source, identifier: undefined }, false],
    ['a source whose identifier is a number', '/sources', { ...source, identifier: 5 }, false],
    ['a source without its type', '/sources', { user: 1, identifier: 'john' }, false],
    ['a Relay instance without its identifier', '/sources', relay, true],
    ['a Relay instance with its identifier', '/sources', { ...relay, identifier: 'mine' }, true],
    ['a source with another parameter', '/sources', { ...source, colour: 'red' }, true],
    ['a session with its password', '/sessions', { source, payload: { password: 'joshua' } }, true],
    ['a session with other parameters', '/sessions', { source, payload: { password: 'joshua', hint: 1 }, x: 1 }, true],
    ['a session without its password', '/sessions', { source, payload: {} }, false],
    ['a session with a code for a password', '/sessions', { source, payload: { code: '123456' } }, false],
    ['a Relay session with its code', '/sessions', { source: relay, payload: { code: 'A1B2C3' } }, true],
    ['a Relay session with a password', '/sessions', { source: relay, payload: { password: 'joshua' } }, false],
    ['a mock session', '/sessions', { source: { ...source, type: 'mocks.mock' }, payload: {} }, true],
    ['a session of nothing', '/sessions', { payload: {} }, false],
  ])('says of %s what the API does', async (_, path, wanted, isTaken) => {
    const schema = requestSchema(path === '/sources' ? NewSource : NewSession)
    const says = new Ajv2020({ strictTypes: false, strictRequired: true }).compile(schema)(
      JSON.parse(JSON.stringify(wanted)),
    )
    const { status } = await setupApi().post(path, wanted)
    expect([says, status === 201]).toEqual([isTaken, isTaken])
  })

  it('asks nothing of a payload of which nothing is required', () => {
    const types = requestSchema(NewSession).allOf?.map((one) => JSON.stringify(one.if))
    expect(types).toEqual([expect.stringContaining('"icloud.account"'), expect.stringContaining('"rirelay.instance"')])
  })

  it('lets an object be open where other parameters are ignored', () => {
    expect(requestSchema(z.object({ name: z.string() }))).toEqual({
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
    })
  })

  it('throws for a schema that JSON Schema cannot represent', () => {
    expect(() => requestSchema(z.custom())).toThrow('cannot be represented in JSON Schema')
  })
})

describe('the JSON Schemas of answers', () => {
  /** The JSON Schema of an object with this attribute. */
  const jsonSchemaOf = (attribute: z.ZodType) => answerSchemas({ thing: z.strictObject({ attribute }) }, String).thing

  it.each([
    ['an ID', z.int().positive(), { type: 'integer', exclusiveMinimum: 0 }],
    ['a number with a maximum', z.number().max(5), { type: 'number', maximum: 5 }],
    ['a datetime', z.date(), { type: 'string', format: 'date-time' }],
    ['a readonly list', z.array(z.string()).readonly(), { type: 'array', items: { type: 'string' } }],
    ['attributes of any names', z.record(z.string(), z.unknown()), { type: 'object' }],
    [
      'counts of any names',
      z.record(z.string(), z.int().max(5).positive()),
      { type: 'object', additionalProperties: { type: 'integer', exclusiveMinimum: 0, maximum: 5 } },
    ],
    ['no attributes', z.strictObject({}), { type: 'object', properties: {}, additionalProperties: false }],
    ['any attributes', z.looseObject({}), { type: 'object' }],
  ])('describe %s', (_, schema, expected) => {
    expect(jsonSchemaOf(schema)).toEqual({
      type: 'object',
      properties: { attribute: expected },
      required: ['attribute'],
      additionalProperties: false,
    })
  })

  it('refer to each other', () => {
    const user = z.strictObject({ name: z.string() })
    const schemas = answerSchemas({ user, user_list: z.array(user) }, (name) => `#/components/schemas/${name}`)
    expect(schemas).toEqual({
      user: expect.objectContaining({ type: 'object' }),
      user_list: { type: 'array', items: { $ref: '#/components/schemas/user' } },
    })
  })
})
