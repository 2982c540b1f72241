import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const entries = readFileSync(new URL('../../dist/THIRD-PARTY-LICENCES.txt', import.meta.url), 'utf8')
  .split(/^-{80}$/m)
  .map((entry) => entry.trim().split('\n'))

it('every bundled package has the text of its licence', () => {
  const names = entries.map(([title = '']) => title)
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((title) => !/^\S+ \d+\.\d+\.\d+ \(\S+\)$/.test(title))).toEqual([])
  const without = entries.filter((lines) => !/copyright/i.test(lines.join('\n')) || lines.length < 10)
  expect(without.map(([title]) => title)).toEqual([])
})

it('a licence that its package only names has its standard text, with the author of the package', () => {
  const entry = entries.find(([title]) => title?.startsWith('strict-event-emitter '))?.join('\n')
  expect(entry).toMatch(/^Copyright \(c\) Artem Zakharchenko/m)
  expect(entry).toContain('THE SOFTWARE IS PROVIDED "AS IS"')
})
