import { expect, it } from 'vitest'
import { catalogue } from '../../src/ricloud/services/test-identifiers.ts'
import { catalogueRows } from './catalogue.ts'

it('Every row of the catalogue is tried through every entry point', () => {
  const rows = catalogue.map(({ type, identifier }) => (identifier === '*' ? type : identifier))
  expect(Object.keys(catalogueRows)).toEqual(['any other', ...rows])
})
