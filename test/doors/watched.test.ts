import { expect, it } from 'vitest'
import { createMock } from '../../src/index.ts'
import { frozen } from './frozen.ts'
import { watched } from './watched.ts'

/** Calls of a mock through a door, and what was noted of them. */
async function noted(call: string, origin = '', from = ''): Promise<string[]> {
  const mock = createMock(frozen)
  const seen = new Set<string>()
  const fetch = async (path: string, init?: RequestInit) => {
    const response = await mock.fetch(`https://ricloud-api.reincubate.com${path}`, init)
    return Object.defineProperty(response, 'url', { value: from && from + path })
  }
  const door = watched({ token: mock.token, origin, fetch, close: () => {} }, seen)
  const [method = '', path = ''] = call.split(' ')
  await door.fetch(path, { method, headers: { authorization: `Token ${mock.token}` } })
  return [...seen]
}

it.each([
  ['GET /users/1?colour=1', 'GET /users/{id} 200'],
  ['POST /keys', 'POST /keys 201'],
  ['GET /key', 'GET /key 200'],
  ['GET /users/99', 'GET /users/{id} 404 not-found'],
  ['POST /configs/storage/1/test', 'POST /configs/storage/{id}/test 201'],
])('What %s got is noted of its endpoint', async (call, answer) => {
  expect(await noted(call)).toEqual([answer])
})

it.each(['GET /_mock/clock', 'GET /nowhere', 'PUT /users'])('%s is of no endpoint', async (call) => {
  expect(await noted(call)).toEqual([])
})

it('An answer counts for the entry point that it came through', async () => {
  const url = 'http://127.0.0.1:7425'
  expect(await noted('GET /key', url, url)).toEqual(['GET /key 200'])
})

it.each([
  ['a direct call', ''],
  ['another address', 'http://127.0.0.1:7426'],
])('An answer of %s does not count for an entry point at an address', async (_, from) => {
  await expect(noted('GET /key', 'http://127.0.0.1:7425', from)).rejects.toThrow(
    `The answer came from "${from}", and not from "http://127.0.0.1:7425".`,
  )
})
