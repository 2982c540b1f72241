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
  if (endsTooEarly(text, message)) return `${placeIn(text, text.length)}it is not JSON: it ends too early`
  const offset = firstMistake(text)
  const what = hintFor(text, offset) ?? problemOf(message)
  return `${placeIn(text, offset)}it is not JSON: ${what}`
}

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
