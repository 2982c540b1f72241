import { messageOf } from '../../engine/thrown.ts'
import { placeIn } from './text.ts'

/** Reads JSON. Throws an Error that begins with the place of the mistake and shows no text of the file. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(mistakeIn(text, messageOf(error)))
  }
}

function mistakeIn(text: string, message: string): string {
  if (endsTooEarly(text, message)) {
    return `${placeIn(text, text.length)}it is not JSON: it ends too early${openAt(text, text.length)}`
  }
  const offset = firstMistake(text)
  const what = hintFor(text, offset) ?? problemOf(message) + openAt(text, offset)
  return `${placeIn(text, offset)}it is not JSON: ${what}`
}

/** The offset of the bracket or the quotation mark that is open at the end of a text. */
function lastOpen(text: string): number | undefined {
  const open: number[] = []
  for (const { 0: token, 1: end, index } of text.matchAll(/[{[\]}]|"(?:[^"\\]|\\.)*("?)/gs)) {
    if (token === '{' || token === '[' || end === '') open.push(index)
    else if (end === undefined) open.pop()
  }
  return open.at(-1)
}

/** The end of a sentence about what is open at an offset; empty if nothing is, or if the character there belongs to it. */
function openAt(text: string, offset: number): string {
  const open = lastOpen(text.slice(0, offset))
  if (open === undefined || !isForeign(text[open], text[offset])) return ''
  return `: the ${text[open]} at ${placeIn(text, open).trimEnd()} is not closed`
}

/** Whether what an opening character begins cannot go on with this one; at the end of the text nothing goes on. */
const isForeign = (opening = '', character: string | undefined) =>
  character === undefined || (opening === '[' ? '}:' : ']').includes(character)

/** What V8 says is wrong, without the position and the text around it, which may hold a password. */
function problemOf(message: string): string {
  const [problem = 'Unexpected character'] = /^.*?(?= (?:in JSON )?at position)/.exec(message) ?? []
  return problem.charAt(0).toLowerCase() + problem.slice(1)
}

/** What is wrong where files are written as if they were JavaScript or YAML. */
function hintFor(text: string, offset: number): string | undefined {
  const character = text[offset]
  if (character === "'") return 'text stands in double quotes'
  if (character === '/' || character === '#') return 'there are no comments'
  if (!/[}\]]/.test(character ?? '')) return undefined
  return /,\s*$/.test(text.slice(Math.max(0, offset - 1000), offset)) ? 'there is a comma before it' : undefined
}

/**
 * The offset of the first character at which a text cannot go on as JSON. V8 says it for some mistakes only, so it is
 * searched for: the text up to there is JSON that is not complete.
 */
function firstMistake(text: string): number {
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (canGoOn(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return bad - 1
}

/** Whether a text is JSON, or the beginning of some. */
function canGoOn(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    return endsTooEarly(text, messageOf(error))
  }
}

const endsTooEarly = (text: string, message: string) =>
  /end of JSON/.test(message) || Number(/at position (\d+)/.exec(message)?.[1]) >= text.length
