import { readdirSync, readFileSync } from 'node:fs'
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

it('every package that a bundle names has an entry, what the bundler adds too', () => {
  const folder = new URL('../../dist/', import.meta.url)
  const bundles = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.js$/.test(name))
  const named = bundles.flatMap((name) =>
    // Each module begins with its path, a module of the bundler with `\0` and the name of its package.
    Array.from(
      readFileSync(new URL(name, folder), 'utf8').matchAll(
        /^\/\/ (?:\\0|(?:\S*\/)?node_modules\/)((?:@[^/\s]+\/)?[^/\s]+)/gm,
      ),
      ([, found = '']) => found,
    ),
  )
  const packages = entries.map(([title = '']) => title.split(' ')[0])
  expect(named).toEqual(expect.arrayContaining(['zod', '@mswjs/data', 'rolldown']))
  expect(named.filter((name) => !packages.includes(name))).toEqual([])
})
