import { describe, expect, it } from 'vitest'
import { fixtureNames } from '../../src/contract/fixture-type.ts'
import { createMock } from '../../src/index.ts'
import { worlds } from '../support/worlds.ts'

describe('a fixture that comes with the package', () => {
  it.each(Object.entries(worlds))('is as the API sends it: %s', (_, fixture) => {
    // Given as an object it is checked like anybody's.
    expect(() => createMock({ fixtures: [structuredClone(fixture)] })).not.toThrow()
  })

  it.each(fixtureNames)('makes the same world by its name as by its records: %s', (name) => {
    const records = (fixtures: Parameters<typeof createMock>[0]) => {
      const { db } = createMock(fixtures)
      return Object.values(db).map((model) => model.getAll())
    }
    const { [name]: fixture } = worlds
    expect(records({ fixtures: [name] })).toEqual(records({ fixtures: [structuredClone(fixture)] }))
  })
})
