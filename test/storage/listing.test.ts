import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Buckets } from '../../src/engine/buckets.ts'
import { compareBytes } from '../../src/engine/text.ts'
import { pageOf } from '../../src/storage/listing.ts'
import { cpuTimeSync } from '../support/cpu.ts'

const sorted = (keys: Iterable<string>) => {
  const buckets = new Buckets(() => 0)
  buckets.put(
    Array.from(keys, (key) => ({
      scheme: 's3' as const,
      bucket: 'b',
      key,
      type: 'text/plain',
      bytes: new Uint8Array(),
    })),
    0,
  )
  return buckets.sorted('s3', 'b')
}
const everything = { prefix: '', delimiter: '', limit: 1000 }
const keysOf = (page: ReturnType<typeof pageOf>) => page.objects.map(({ key }) => key)

it('compareBytes: orders texts as their UTF-8 bytes', () => {
  // fc.string with all characters takes seconds to begin. Surrogates alone are no UTF-8.
  const character = fc
    .integer({ min: 0, max: 0x10f7ff })
    .map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800))
  const text = fc.array(character, { maxLength: 6 }).map((characters) => characters.join(''))
  fc.assert(
    fc.property(text, text, (one, other) => {
      const expected = Buffer.compare(Buffer.from(one), Buffer.from(other))
      expect(Math.sign(compareBytes(one, other))).toBe(expected)
    }),
  )
})

it('pageOf: keys come in the order of their bytes, and not of their UTF-16', () => {
  const list = sorted(['\u{1f98a}', '\uff5e', 'z', 'Z'])
  expect(keysOf(pageOf(list, everything))).toEqual(['Z', 'z', '\uff5e', '\u{1f98a}'])
})

it('pageOf: a limit of 0 gives an empty list that is not truncated', () => {
  expect(pageOf(sorted(['a']), { ...everything, limit: 0 })).toEqual({ objects: [], prefixes: [], next: undefined })
})

it('pageOf: pages of any size hold every key or common prefix with the prefix once', () => {
  const unit = fc.constantFrom('a', 'b', '/', '-')
  const text = fc.string({ unit, maxLength: 5 })
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit, minLength: 1, maxLength: 5 }), { maxLength: 30 }),
      text,
      fc.constantFrom('', '/', '-', 'ab'),
      fc.integer({ min: 1, max: 4 }),
      (keys, prefix, delimiter, limit) => {
        const list = sorted(keys)
        const entries = new Set(
          keys
            .filter((key) => key.startsWith(prefix))
            .map((key) => {
              const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
              return end < 0 ? key : key.slice(0, end + delimiter.length)
            }),
        )
        const found: string[] = []
        let marker = ''
        for (let pages = 0; pages <= keys.length; pages++) {
          const page = pageOf(list, { prefix, delimiter, marker, limit })
          expect(page.objects.length + page.prefixes.length).toBeLessThanOrEqual(limit)
          found.push(...keysOf(page), ...page.prefixes)
          if (page.next === undefined) break
          marker = page.next
        }
        expect(found.sort()).toEqual([...entries].sort())
      },
    ),
  )
})

it.each([
  ['marker', 'a/', []],
  ['marker', 'a/1', []],
  ['marker', 'a', ['a/']],
  ['after', 'a/', ['a/']],
  ['after', 'a/1', ['a/']],
  ['after', 'a/2', []],
  ['from', 'a/2', ['a/']],
  ['from', 'a/3', []],
  ['until', 'a/1', []],
  ['until', 'a/2', ['a/']],
] as const)('pageOf: with %s %s the common prefixes are %j', (name, value, prefixes) => {
  const list = sorted(['a/1', 'a/2', 'b'])
  expect(pageOf(list, { ...everything, delimiter: '/', [name]: value }).prefixes).toEqual(prefixes)
})

it('pageOf: the least key and the first that is no longer listed bound the list', () => {
  const list = sorted(['a', 'b', 'c', 'd'])
  expect(keysOf(pageOf(list, { ...everything, from: 'b', until: 'd' }))).toEqual(['b', 'c'])
})

it('pageOf: the time of a page does not grow with the bucket', () => {
  const timeOf = (count: number) => {
    const list = sorted(Array.from({ length: count }, (_, i) => `${i % 100}/${i}`))
    const pages = () => {
      for (let i = 0; i < 2000; i++) pageOf(list, { ...everything, marker: '50/', limit: 10, delimiter: '/' })
    }
    pages()
    return Math.min(cpuTimeSync(pages), cpuTimeSync(pages), cpuTimeSync(pages))
  }
  expect(timeOf(40_000) / timeOf(1_000)).toBeLessThan(10)
})
