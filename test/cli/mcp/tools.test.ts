import { describe, expect, it } from 'vitest'
import { apiTool, ControlDocument, controlTools } from '../../../src/cli/mcp/tools.ts'
import { controlDocument, controlRoutes } from '../../support/definition.ts'

const tools = controlTools(ControlDocument.parse(controlDocument()))
const tool = (name: string) => tools.find((one) => one.name === name) ?? expect.fail(`There is no tool ${name}`)

describe('the tools of the control API', () => {
  it('are its calls, but for the stream', () => {
    const operations = controlRoutes.map(({ operation }) => operation).filter((name) => name !== 'watch')
    expect(tools.map(({ name }) => name).sort()).toEqual(operations.sort())
  })

  it('only read where the method is GET, or the row says so', () => {
    const reading = tools.filter(({ annotations }) => annotations.readOnlyHint).map(({ name }) => name)
    const rows = controlRoutes.filter(({ method, isReadOnly }) => method === 'GET' || isReadOnly)
    expect(reading.sort()).toEqual(
      rows
        .map(({ operation }) => operation)
        .filter((name) => name !== 'watch')
        .sort(),
    )
  })

  it.each([
    ['armFault', false],
    ['createWorld', false],
    ['retrieveState', false],
    ['reset', true],
    ['moveClock', true],
    ['deleteWorld', true],
  ])('%s: destructive is %s', (name, destructiveHint) => {
    expect(tool(name).annotations).toMatchObject({ destructiveHint })
  })

  it('have the schema of the body, with the examples of the document', () => {
    expect(tool('moveClock').inputSchema).toMatchObject({
      type: 'object',
      properties: { body: { properties: { advance: { type: 'string' } }, examples: [{ advance: '6h' }, {}, {}, {}] } },
      required: [],
      additionalProperties: false,
    })
    expect(tool('saveSnapshot').inputSchema.required).toEqual(['body'])
  })

  it.each([
    ['retrieveRecord', { resource: 'user', id: 3 }, { method: 'GET', path: '/_mock/records/user/3' }],
    ['retrieveObject', { bucket: 'b', key: 'a b/ü?' }, { method: 'GET', path: '/_mock/buckets/b/a%20b/%C3%BC%3F' }],
    ['deleteSnapshot', { name: '{$&}' }, { method: 'DELETE', path: '/_mock/snapshots/%7B%24%26%7D' }],
    ['listUpcoming', { limit: 2, world: 'a&b' }, { method: 'GET', path: '/_mock/upcoming?limit=2&world=a%26b' }],
    ['moveClock', { body: { advance: '6h' } }, { method: 'POST', path: '/_mock/clock', body: { advance: '6h' } }],
  ])('%s: %j become a call', (name, given, call) => {
    expect(tool(name).callOf(given)).toEqual({ body: undefined, ...call })
  })

  it.each([
    ['retrieveRecord', { resource: 'user' }, 'id is required.'],
    ['retrieveRecord', { resource: 'user', id: '../../reset' }, 'id cannot be "../../reset".'],
    ['retrieveRecord', { resource: 'user', id: '' }, 'id cannot be "".'],
    ['retrieveRecord', { resource: 'user', id: [3] }, 'id must be a text or a number'],
    ['listUpcoming', { limt: 2 }, 'No argument is called "limt". Did you mean "limit"?'],
    ['saveSnapshot', {}, 'body is required.'],
  ])('%s: %j are refused', (name, given, message) => {
    expect(() => tool(name).callOf(given)).toThrow(message)
  })
})

describe('callApi', () => {
  it('only makes calls of GET without changes', () => {
    const { annotations, callOf } = apiTool('abc', true)
    expect(annotations).toEqual({ readOnlyHint: true, destructiveHint: false })
    expect(callOf({ path: '/users' })).toEqual({ method: 'GET', path: '/users', token: 'abc' })
    expect(() => callOf({ method: 'POST', path: '/users' })).toThrow('--allow-changes')
  })

  it('makes any call with changes, also with another token', () => {
    const given = { method: 'POST', path: '/users', body: { identifier: 'a' }, token: 'other' }
    expect(apiTool('abc', false).callOf(given)).toEqual(given)
  })

  it.each(['users', '//other.example/users', 'http://other.example'])('refuses the path %s', (path) => {
    expect(() => apiTool('abc', true).callOf({ path })).toThrow('path: must begin with one slash')
  })
})
