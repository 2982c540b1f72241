import { describe, expect, it } from 'vitest'
import { controlRoutes } from '../support/definition.ts'
import { setupControl } from './setup.ts'

/** Parameters of calls that list or remove; the name of a test is no filter. */
const filters = controlRoutes.flatMap(({ method, path, query = {} }) =>
  method === 'POST' || method === 'PUT' || path.includes('{') || path === '/_mock/replay'
    ? []
    : Object.keys(query).map((name) => [method, path, name] as const),
)

describe('Filters of control calls', () => {
  it.each(filters)('%s %s: a value of %s that nothing can have gets 400', async (method, path, name) => {
    const { call } = setupControl()
    const { status, body } = await call(method, `${path}?${name}=No+such+thing`)
    expect([status, Object.keys(body.params ?? {})]).toEqual([400, [name]])
    expect(body.params[name][0]).toMatch(/^must be /)
  })

  it.each([
    ['/_mock/requests?path=/nowhere', 'requests'],
    ['/_mock/requests?status=0', 'requests'],
    ['/_mock/buckets?bucket=other', 'objects'],
  ])('GET %s: what can exist, but does not, is an empty list', async (path, name) => {
    const { status, body } = await setupControl().get(path)
    expect([status, body[name]]).toEqual([200, []])
  })

  it.each(['0', '42', '600', '099', '1e2', '-200'])('GET /_mock/requests: limit or status %s', async (value) => {
    const { get } = setupControl()
    expect((await get(`/_mock/requests?status=${value}`)).status).toBe(value === '0' ? 200 : 400)
    if (value !== '42' && value !== '600') expect((await get(`/_mock/requests?limit=${value}`)).status).toBe(400)
  })
})
