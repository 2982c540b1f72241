import { expect, it } from 'vitest'
import { createMock } from '../../src/index.ts'

it('The entry point that tests import from the sources is that of dist', async () => {
  const dist = new URL('../../dist/index.js', import.meta.url).href
  expect([createMock, process.env.TARGET]).toEqual([(await import(dist)).createMock, 'dist'])
})
