import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemText } from '../../../src/engine/place.ts'
import { readYaml } from '../../../src/scenario/files/yaml.ts'

const problemsIn = (text: string) => readYaml(text).problems.map(problemText)

describe('Aliases', () => {
  it('of one scenario may be thousands', () => {
    const { problems, value } = readYaml(`who: &who { identifier: a }\nlist:\n${'  - *who\n'.repeat(3000)}`)
    expect(problems).toEqual([])
    expect(value()).toEqual({ who: { identifier: 'a' }, list: Array(3000).fill({ identifier: 'a' }) })
  })

  it('stand for the last anchor of their name before them, in keys too', () => {
    const text = 'a: &a 1\nb: &b [*a, &a 2]\nc: *b\nd: *a\ne: { *a : 3 }'
    expect(readYaml(text).value()).toEqual({ a: 1, b: [1, 2], c: [1, 2], d: 2, e: { 2: 3 } })
  })

  it.each([9, 50])('that multiply %d-fold at each step are refused, with what they do', (times) => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(times).fill(`*a${i}`).join(', ')}]`,
    )
    const [problem, ...more] = problemsIn(`a0: &a0 [x]\n${rows.join('\n')}`)
    expect(problem).toMatch(/^31:\d+ the aliases \(\*\) up to here stand for more than 100000 values$/)
    expect(more).toEqual([])
  })

  it('that nest deeper at each step are refused', () => {
    const rows = Array.from({ length: 300 }, (_, i) => `- &a${i} ${i === 0 ? 'x' : `[*a${i - 1}]`}`)
    expect(problemsIn(rows.join('\n'))).toEqual(['300:10 it is nested deeper than 100 levels'])
  })

  it.each([
    [
      'without an anchor',
      'a: *hush',
      '1:4 no anchor (&) comes before this alias (*); put text that begins with * in quotes',
    ],
    ['before their anchor', 'a: *b\nb: &b 1', expect.stringMatching(/^1:4 no anchor/)],
    ['within their anchor', 'a: &a { b: [*a] }', '1:13 this alias (*) lies within what it stands for'],
  ])('%s are refused', (_, text, problem) => {
    expect(problemsIn(text)).toEqual([problem])
  })

  it('are all refused at once', () => {
    expect(problemsIn('a: *x\nb: *y\nc: &c [*c]')).toHaveLength(3)
  })
})

describe('Depth', () => {
  it.each(['[', '{ a: ', '- ', '? ', '"a": ['])('of more than 100 is refused, however it is written: %s', (opening) => {
    expect(problemsIn(opening.repeat(5000))).toEqual([
      expect.stringMatching(/^1:\d+ it is nested deeper than 100 levels$/),
    ])
  })

  it('of 50 is read', () => {
    expect(problemsIn(`${'['.repeat(50)}${']'.repeat(50)}`)).toEqual([])
  })
})

describe('Errors', () => {
  it.each([
    ['a tag that nobody knows', 'a: !hush 1', /^1:4 this tag \(!\) cannot be used here; .*quotes$/],
    ['a tag that does not fit', 'a: !!int hush', /^1:4 this tag/],
    ['a block scalar with text in its first line', 'a: |hush', /^1:5 Block scalar header includes extra characters$/],
    [
      'a * without quotes',
      'identifier: *\npassword: hush',
      /^1:13 this cannot be an alias .*; put text that begins with \* or & in quotes$/,
    ],
    ['a text with a colon', 'a: hush: b', /^1:4 Nested mappings .* text with a colon is not in quotes$/],
    ['a line without a colon', 'hush\nb: 1', /^1:1 Implicit keys .*; often this line .* lacks a colon$/],
    ['an unknown escape', 'a: "\\hush"', /^1:5 there is no such escape sequence/],
    ['a key of more than 1024 characters', `${'a'.repeat(2000)}: 1`, /^1:1 The : indicator must be at most 1024 chars/],
    ['two documents', 'a: 1\n---\nb: 2', /^2:1 a second document begins here; a file has one$/],
    ['a key given twice', 'a: 1\na: hush', /^2:1 keys must be unique, and this one is given twice$/],
    ['an equal key in another mapping', 'a: { b: 1 }\nc: { b: 1, "b": hush }', /^2:12 keys must be unique/],
    ['a bracket that is not closed', 'a: [hush', /^1:4 this \[ is not closed: there is no ] up to 1:9$/],
    [
      'a brace before the next item',
      'a:\n  - { b: hush\n  - { b: 1 }',
      /^2:5 this { is not closed: .* no } up to 3:3$/,
    ],
    [
      'a brace before the next key',
      'a: { b: hush, c: [1] \nd: "}"',
      /^1:4 this { is not closed: there is no } up to 2:1$/,
    ],
    ['a brace of the whole text', '{ a: hush', /^1:1 this { is not closed: there is no } up to 1:10$/],
    ['a quotation mark that is not closed', 'a: 1\nb: "hush\n', /^2:4 this " is not closed: there is no " up to 3:1$/],
    ['an apostrophe that is not closed', "a: 'it''s hush", /^1:4 this ' is not closed: there is no ' up to 1:15$/],
  ])('say what and where %s is, and show no text of the file', (_, text, problem) => {
    expect(problemsIn(text)).toEqual([expect.stringMatching(problem)])
    expect(problemsIn(text).join()).not.toContain('hush')
  })

  it.each([
    ['a pattern without quotes', 'on: * /hush', /^1:5 this cannot be an alias .*; put text .* in quotes$/m],
    ['a key * without quotes', 'data: { *: hush }', /^1:10 this cannot be an alias .*; put text .* in quotes$/m],
    ['a line that is indented too far', 'a: hush\n  b: 1', /^1:4 .*; often a line below it is indented too far/],
  ])('say what to do about %s, among others that follow from it', (_, text, problem) => {
    expect(problemsIn(text).join('\n')).toMatch(problem)
    expect(problemsIn(text).join()).not.toContain('hush')
  })

  it('name each bracket that is not closed, the inner one first', () => {
    expect(problemsIn('a: [1, {b: [2], c: 3\nd: 4')).toEqual([
      '1:8 this { is not closed: there is no } up to 2:1',
      '1:4 this [ is not closed: there is no ] up to 2:1',
    ])
  })

  it('show no text of the file, whatever is written around it', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '"',
      "'",
      '&',
      '*',
      '!',
      '|',
      '>',
      '%',
      '@',
      '`',
      '[',
      '}',
      '#',
      '\t',
    )
    const pieces = fc.array(piece, { maxLength: 8 }).map((list) => list.join(''))
    fc.assert(
      fc.property(pieces, pieces, (before, after) => {
        expect(problemsIn(`${before}hush${after}`).join('\n')).not.toContain('hush')
      }),
      { numRuns: 500 },
    )
  })
})

it.each(['', '# nothing', '---\n', '--- # nothing\n...\n'])('the value of an empty text is undefined: %j', (text) => {
  expect(readYaml(text).value()).toBeUndefined()
})
