import { readFileSync } from 'node:fs'
import { createMock } from 'ricloud-mock'
import { expect, it } from 'vitest'

it('GET /_mock/openapi.json of the bundle is the document that the build made from the sources', async () => {
  const file = new URL('../../dist/openapi.json', import.meta.url)
  const response = await createMock().fetch('http://mock.test/_mock/openapi.json')
  expect(await response.json()).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})
