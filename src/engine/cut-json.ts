import { isJsonTooDeep } from './depth.ts'

/** The value of a JSON text; null if it is none, or nested too deep. */
export function readJson(text: string): unknown {
  try {
    return text === '' || isJsonTooDeep(text) ? null : JSON.parse(text)
  } catch {
    return null
  }
}

/** The beginning of a JSON text, completed: without the value in which it ends, and with what is open closed. */
export function completed(text: string): string {
  const open: string[] = []
  let [end, closing] = [0, '']
  const endHere = (at: number) => {
    end = at
    closing = open.toReversed().join('')
  }
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (isString) {
      if (character === '\\') i++
      else isString = character !== '"'
    } else if (character === '"') isString = true
    else if (character === ',') endHere(i)
    else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']')
      endHere(i + 1)
    } else if (character === '}' || character === ']') {
      open.pop()
      endHere(i + 1)
    }
  }
  return text.slice(0, end) + closing
}
