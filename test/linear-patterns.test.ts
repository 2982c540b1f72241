import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parseAst } from 'rolldown/parseAst'
import { expect, it } from 'vitest'
import { cpuTimeSync } from './support/cpu.ts'

interface Found {
  readonly file: string
  readonly pattern: string
  readonly flags: string
}

const root = new URL('../src/', import.meta.url)
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))

/** Every node of a syntax tree. */
function* nodesIn(node: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof node !== 'object' || node === null || node instanceof RegExp) return
  if (!Array.isArray(node)) yield node as Readonly<Record<string, unknown>>
  for (const inner of Object.values(node)) yield* nodesIn(inner)
}

const nodes = files.flatMap((file) => {
  const text = readFileSync(new URL(file, root), 'utf8')
  return Array.from(nodesIn(parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' })), (node) => ({ file, node }))
})

const patterns: readonly Found[] = nodes.flatMap(({ file, node: { regex } }) =>
  regex ? [{ file, ...(regex as Omit<Found, 'file'>) }] : [],
)

/** Milliseconds that a pattern takes for a text, at best; the first time if they are fewer than those that are enough. */
function duration({ pattern, flags }: Found, text: string, enough = 2): number {
  const regex = new RegExp(pattern, flags)
  const once = () => cpuTimeSync(() => (regex.global ? text.replace(regex, '') : regex.test(text)))
  const first = once()
  return first < enough ? first : Math.min(first, once(), once())
}

/** Texts that match a pattern or nearly do; none where it has parts that are not understood. */
function samples({ pattern, flags }: Found): readonly string[] {
  // fast-check draws printable ASCII characters until one matches.
  if (/\[\^\\(?:0|x2[01])-\\x7[ef]/.test(pattern)) return []
  try {
    return fc.sample(fc.stringMatching(new RegExp(pattern, flags.replace('g', ''))), { numRuns: 3, seed: 1 })
  } catch {
    return []
  }
}

const characters = Array.from('a0 A./:@-_"\\=?&#*[{(<\'%,;\u001b\u00fc')

/** A text in which one part is repeated. */
interface Form {
  readonly begin: string
  readonly part: string
  readonly end: string
}

const textOf = ({ begin, part, end }: Form, length: number) =>
  begin + part.repeat(Math.ceil(length / part.length)) + end

/** Forms of texts that match a pattern up to their end. */
function* hostileForms(found: Found): Generator<Form> {
  const words = [...new Set(found.pattern.match(/[A-Za-z_-]{2,}/g))].slice(0, 6)
  const ends = ['!', '\n']
  for (const part of [...characters, ...words, 'aA', 'a.', '.a', '//a', ' a', '0.', '\\"', 'a_'])
    for (const begin of ['', ...words.slice(0, 2), '/']) for (const end of ends) yield { begin, part, end }
  for (const sample of samples(found)) {
    const short = sample.slice(0, 16)
    for (let at = 0; at < short.length; at++)
      for (const next of [at + 1, at + 2])
        for (const end of ends) {
          yield { begin: short.slice(0, at), part: short.slice(at, next), end: short.slice(next) + end }
        }
  }
}

/** The form that takes a pattern longest in texts of a length, and how long. */
function slowestForm(found: Found, length: number): { readonly form: Form; readonly took: number } {
  let slowest = { form: { begin: '', part: 'a', end: '' }, took: 0 }
  for (const form of hostileForms(found)) {
    const took = duration(found, textOf(form, length))
    if (took > slowest.took) slowest = { form, took }
    if (took > limit) break
  }
  return slowest
}

/** Milliseconds that no pattern takes for short texts. */
const limit = 50

it('The walk finds the patterns of the source', () => {
  expect(patterns.length).toBeGreaterThan(60)
})

it('The walk finds a pattern that takes time by the square of the length, and one that never ends', () => {
  const quadratic = { file: '', pattern: '^[^/\\s@]*:[^/\\s]*@', flags: '' }
  expect(slowestForm(quadratic, 20_000).took).toBeGreaterThan(limit)
  const exponential = { file: '', pattern: '^(a+)+$', flags: '' }
  expect(slowestForm(exponential, 25).took).toBeGreaterThan(limit)
})

it('No pattern is made of text', () => {
  const made = nodes.flatMap(({ file, node: { type, callee } }) => {
    const isMade = type === 'NewExpression' || type === 'CallExpression'
    return isMade && (callee as { name?: string }).name === 'RegExp' ? [file] : []
  })
  expect(made).toEqual([])
})

it.each([...new Map(patterns.map((found) => [`/${found.pattern}/${found.flags}`, found]))])(
  'The pattern %s takes time by the length of the text',
  (_, found) => {
    for (const length of [25, 300]) expect(slowestForm(found, length).took).toBeLessThan(limit)
    const { form, took } = slowestForm(found, 3000)
    expect(took).toBeLessThan(limit)
    // At once a mebibyte would take minutes where this takes a second.
    expect(duration(found, textOf(form, 30_000), limit)).toBeLessThan(limit)
    // Some milliseconds; a slow machine may take ten times as long.
    expect(duration(found, textOf(form, 1024 * 1024), 500)).toBeLessThan(500)
  },
)
