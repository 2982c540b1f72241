import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { test as base, describe, expect } from '../../src/vitest.ts'

const own = setupServer(http.get('https://other.test/', () => HttpResponse.text('of its own')))
const test = base.extend('msw', { scope: 'file' }, () => own)

const statusOfApi = async () => {
  const headers = { authorization: 'Token ricloud-mock-token' }
  return (await fetch('https://ricloud-api.reincubate.com/key', { headers })).status
}

describe('An msw server of the application', () => {
  beforeAll(() => own.listen())
  afterEach(() => own.resetHandlers())
  afterAll(() => own.close())

  test('answers for it and for the API', async () => {
    expect([await (await fetch('https://other.test/')).text(), await statusOfApi()]).toEqual(['of its own', 200])
  })

  test('answers for the API also after its handlers were reset', async () => {
    expect(await statusOfApi()).toBe(200)
  })
})
