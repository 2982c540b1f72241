import fc from 'fast-check'
import { expect, it } from 'vitest'
import { globMatcher, pathMatcher, pathPattern } from '../../src/engine/path-pattern.ts'
import { parseOptions } from '../../src/engine/problems.ts'
import { cpuTimeSync } from '../support/cpu.ts'

const quoted = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')

/** What a pattern of paths means, as a regular expression. */
function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) => (part === '*' ? '[^/]+' : quoted(part)))
  if (pattern.endsWith('*')) parts[parts.length - 1] = '.+'
  return new RegExp(`^${parts.join('/')}$`)
}

const segment = fc.constantFrom('', 'a', 'b', 'users', 'a.b', '*', '$', '(', '__proto__')
const pathOf = (parts: readonly string[]) => `/${parts.join('/')}`

it('A pattern of paths matches whole segments, and at its end all the rest', () => {
  const pattern = fc.array(segment, { maxLength: 5 }).map(pathOf)
  const path = fc.array(fc.oneof(segment, fc.string({ maxLength: 3 })), { maxLength: 7 }).map(pathOf)
  fc.assert(
    fc.property(pattern, path, (pattern, path) => {
      fc.pre(!path.includes('\n'))
      expect(pathMatcher(pattern)(path)).toBe(expressionOf(pattern).test(path))
    }),
    { numRuns: 2000 },
  )
})

it('A text with * for any characters matches as a regular expression does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 12 })
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 })
  fc.assert(
    fc.property(glob, text, (glob, text) => {
      const parts = glob.split('*').map(quoted)
      expect(globMatcher(glob)(text)).toBe(new RegExp(`^${parts.join('.*')}$`, 's').test(text))
    }),
    { numRuns: 2000 },
  )
})

it.each(['/users/**x', '/users/a*', '/*a/b', '/a b', '/a?b', '/a#b', 'users', '', `/${'a'.repeat(1000)}`])(
  'No pattern of paths is %j',
  (pattern) => {
    expect(pathPattern.safeParse(pattern, parseOptions).success).toBe(false)
  },
)

// A pattern with backtracking takes minutes; an idle machine takes some milliseconds.
it.each([
  ['pathMatcher', pathMatcher, `${'/*'.repeat(400)}/x`, '/a'],
  ['pathMatcher', pathMatcher, `${'/a'.repeat(400)}/*`, '/a'],
  ['globMatcher', globMatcher, `${'*a'.repeat(100)}*b`, 'a'],
  ['globMatcher', globMatcher, `*${'a'.repeat(120)}b${'a'.repeat(120)}*`, 'a'],
  ['globMatcher', globMatcher, `*${'ab'.repeat(60)}b${'ab'.repeat(60)}*`, 'ab'],
] as const)('%s: a mebibyte of hostile text takes little time, pattern %#', (_, matcherOf, pattern, part) => {
  const matches = matcherOf(pattern)
  const text = part.repeat(1024 * (1024 / part.length))
  expect(cpuTimeSync(() => matches(text))).toBeLessThan(500)
})
