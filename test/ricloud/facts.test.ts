import { describe, expect, it } from 'vitest'
import type { Fact, Facts, Sign } from '../../src/engine/fact.ts'
import { errorCatalogue } from '../../src/ricloud/errors.ts'
import { type FactId, facts } from '../../src/ricloud/facts.ts'
import { resources } from '../../src/ricloud/resources/index.ts'
import { apiRoutes } from '../../src/ricloud/routes/index.ts'

const all: [string, Fact][] = Object.entries<Facts[FactId]>(facts)
const shapes: Readonly<Record<string, readonly string[]>> = {
  list: ['data', 'has_more', 'total_count', 'url'],
  error: ['error', 'message', 'params'],
  ...Object.fromEntries(Object.entries(resources).map(([name, { shape }]) => [name, ['id', ...Object.keys(shape)]])),
}

/** What of a sign does not exist in the API. */
function unknownIn(sign: Sign): string[] {
  if ('resource' in sign) {
    const names = [sign.attribute, ...Object.keys(sign.where ?? {})]
    return names.filter((name) => !shapes[sign.resource]?.includes(name))
  }
  const [method, pattern = ''] = sign.call.split(' ')
  const isOffered = apiRoutes.some(
    (row) =>
      (method === '*' || method === row.method) &&
      (pattern === '/*' || pattern === row.path.replaceAll(/\{[^}]+\}/g, '*')),
  )
  const isKnown = !sign.error || Object.hasOwn(errorCatalogue, sign.error)
  return [...(isOffered ? [] : [sign.call]), ...(isKnown ? [] : [sign.error ?? ''])]
}

describe('a fact', () => {
  it.each(all)('%s has an ID of two or more lower-case words', (id) => {
    expect(id).toMatch(/^[a-z_]+(?:\.[a-z_-]+)+$/)
  })

  it.each(all)('%s is one or a few whole sentences in one line of a table', (_, { text }) => {
    expect(text).toMatch(/^[^|\n]+\.$/)
  })

  it.each(all)('%s is decided by calls and attributes that the API has', (_, { signs = [] }) => {
    expect(signs.flatMap(unknownIn)).toEqual([])
  })
})
