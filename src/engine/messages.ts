import { closestMatch } from 'leven'

/** The known word that is most similar to the given one; undefined if none is similar. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const [longer] = known.filter((one) => word.length > 3 && one.startsWith(word)).sort((a, b) => a.length - b.length)
  return (
    longer ?? closestMatch(word.slice(0, 100), [...known], { maxDistance: Math.max(2, Math.floor(word.length / 3)) })
  )
}

/** ` Did you mean "state"?` if a known word is similar to the given one, otherwise an empty string. */
export function nearest(word: string, known: readonly string[]): string {
  const match = nearestWord(word, known)
  return match === undefined || match === word ? '' : ` Did you mean "${match}"?`
}

/**
 * The end of a sentence about an unknown word: the known ones, after the most similar one if there is one, because the
 * list may be long. `; there are "a" or "b".`, or `. Did you mean "a"? There are "a" or "b".`
 *
 * @param list introduces the known words, in lower case: `there are "a" or "b"`
 */
export function nearestFirst(word: string, known: readonly string[], list: string): string {
  const hint = nearest(word, known)
  return hint === '' ? `; ${list}.` : `.${hint} ${list.charAt(0).toUpperCase()}${list.slice(1)}.`
}

/** The message for a value that must be one of some words; the most similar one comes before all of them. */
export function notOneOf(words: readonly string[], word: string, got = shown(word), must = either(words)): string {
  const hint = nearest(word, words)
  return hint === '' ? `must be ${must}, got ${got}.` : `cannot be ${got}.${hint} It must be ${must}.`
}

/** Lists words: `"a", "b" or "c"`. */
export function either(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** A value for a message: JSON, cut to 80 characters. */
export function shown(value: unknown): string {
  const text = json(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** The type of a value, for messages that must not show it because it may contain a secret: `an array`, `a string`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** An invalid value for a message: primitives as JSON; secrets and what may contain one only by type. */
export function shownSafely(name: string, value: unknown): string {
  const mayHold = /(?:^|\.)(?:credentials|payload|body)(?:$|[.[])/.test(name)
  return mayHold || isSecret(name) || (typeof value === 'object' && value !== null) ? kindOf(value) : shown(value)
}

/** Whether the value of this (dotted) name is a secret, or lies within one. */
export const isSecret = (name: string) =>
  /(?:^|[._-])(?:passwords?|passphrase|codes?|tokens?|secrets?|credentials|private_?key)(?:$|[._[-])/i.test(
    name.replace(/([a-z])([A-Z])/g, '$1_$2'),
  )

const hidden = '[redacted]'
const isNothing = (value: unknown) =>
  value === null ||
  value === undefined ||
  typeof value === 'boolean' ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** A text in which the user names and passwords of URLs are hidden. */
export const withoutUser = (text: string) =>
  text.replace(/^[^/\s@]*:[^/\s]*@|\/\/[^/\s]*@/g, (found) => `${found.startsWith('//') ? '//' : ''}${hidden}@`)

/** An invalid URL for a message; not shown if it may contain a password. */
export const shownUrl = (text: string) => (text.includes('@') ? 'a URL that may hold a password' : shown(text))

/** A copy of a value in which every password, code, token and secret is hidden. */
export function redacted(value: unknown): unknown {
  if (typeof value === 'string') return withoutUser(value)
  if (Array.isArray(value)) return value.map(redacted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecret(name) && !isNothing(inner) ? hidden : redacted(inner),
    ]),
  )
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // Nested too deeply, or not representable as JSON.
    return `a ${typeof value}`
  }
}
