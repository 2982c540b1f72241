import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../src/scenario/files/json.ts'

/** What is wrong with a text; undefined if it is JSON. */
function mistakeIn(text: string): string | undefined {
  try {
    parseJson(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

describe('parseJson', () => {
  it('reads all JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['a missing comma', '[1 2]', "1:4 it is not JSON: expected ',' or ']' after array element"],
    ['a missing colon', '{"a" 1}', "1:6 it is not JSON: expected ':' after property name"],
    ['a comma after the last item', '[1,\n ]', '2:2 it is not JSON: there is a comma before it'],
    ['a comma after the last property', '{ "a": 1, }', '1:11 it is not JSON: there is a comma before it'],
    ['a missing value', '{ "a": }', '1:8 it is not JSON: unexpected character'],
    ['a name without quotes', '{\n  a: 1 }', "2:3 it is not JSON: expected property name or '}'"],
    ['single quotes', "{ 'a': 1 }", '1:3 it is not JSON: text stands in double quotes'],
    ['a comment', '{} // x', '1:4 it is not JSON: there are no comments'],
    ['a comment of YAML', '# x\n{}', '1:1 it is not JSON: there are no comments'],
    ['YAML', 'scenario: x', '1:1 it is not JSON: unexpected character'],
    ['a line break in text', '{"a": "x\n"}', '1:9 it is not JSON: bad control character in string literal'],
    ['a second value', '{}\n{}', '2:1 it is not JSON: unexpected non-whitespace character after JSON'],
    ['a missing brace', '{\n"a": {}', '2:8 it is not JSON: it ends too early: the { at 1:1 is not closed'],
    ['a missing quote', '["a', '1:4 it is not JSON: it ends too early: the " at 1:2 is not closed'],
    [
      'a missing bracket at the end',
      '{\n"}": [1, "]\\""',
      '2:15 it is not JSON: it ends too early: the [ at 2:6 is not closed',
    ],
    [
      'a missing bracket before a brace',
      '{\n"a": [{}\n}',
      "3:1 it is not JSON: expected ',' or ']' after array element: the [ at 2:6 is not closed",
    ],
    [
      'a missing bracket before a property',
      '{"a": [1,\n"b": 2}',
      "2:4 it is not JSON: expected ',' or ']' after array element: the [ at 1:7 is not closed",
    ],
    [
      'a missing brace before a bracket',
      '[{ "a": 1\n]',
      "2:1 it is not JSON: expected ',' or '}' after property value: the { at 1:2 is not closed",
    ],
  ])('says where %s is', (_, text, mistake) => {
    expect(mistakeIn(text)).toBe(mistake)
  })

  it('says of the beginning of JSON that it ends too early, or takes it for JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, length) => {
        const beginning = text.slice(0, length % text.length)
        expect(mistakeIn(beginning) ?? 'it ends too early').toMatch(
          /it ends too early(?:: the [{["] at \d+:\d+ is not closed)?$/,
        )
      }),
    )
  })

  it('finds a character that cannot be there, wherever it is, and shows no text of the file', () => {
    // A character that is none of JSON's, outside of strings.
    fc.assert(
      fc.property(fc.json({ noUnicodeString: true }), fc.nat(), (json, nth) => {
        const text = JSON.stringify(JSON.parse(json), null, 1)
        const places = Array.from(text.matchAll(/[[\]{},:]|^./g), ({ index }) => index)
        const at = places[nth % places.length] ?? 0
        if (insideString(text, at)) return
        const broken = `${text.slice(0, at)}hush ${text.slice(at)}`
        const line = broken.slice(0, at).split('\n').length
        const column = at - broken.lastIndexOf('\n', at - 1)
        expect(mistakeIn(broken)).toMatch(new RegExp(`^${line}:${at === 0 ? 1 : column} it is not JSON: `))
        expect(mistakeIn(broken)).not.toContain('hush')
      }),
    )
  })
})

/** Whether an offset lies within a string. */
const insideString = (text: string, at: number) =>
  (text.slice(0, at).replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1
