import { closestMatch } from 'leven'

/** The known word that is close to the one given, if there is one. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const [longer] = known.filter((one) => word.length > 3 && one.startsWith(word)).sort((a, b) => a.length - b.length)
  return (
    longer ?? closestMatch(word.slice(0, 100), [...known], { maxDistance: Math.max(2, Math.floor(word.length / 3)) })
  )
}

/** ` Did you mean "state"?` when a known word is close to the one given, otherwise nothing. */
export function nearest(word: string, known: readonly string[]): string {
  const match = nearestWord(word, known)
  return match === undefined || match === word ? '' : ` Did you mean "${match}"?`
}

/** `"a", "b" or "c"`. */
export function either(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** A value as a message shows it: JSON, cut to a readable length. */
export function shown(value: unknown): string {
  const text = json(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** What kind of value it is, where the value itself may hold a secret: `an array`, `a string`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A value at fault as a message shows it: text and numbers as they are, secrets and whatever may hold one by their kind. */
export function shownSafely(name: string, value: unknown): string {
  const mayHold = /(?:^|\.)(?:credentials|payload|body)(?:$|[.[])/.test(name)
  return mayHold || isSecret(name) || (typeof value === 'object' && value !== null) ? kindOf(value) : shown(value)
}

/** Whether what is called so, or lies within it, is never shown. */
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

/** A URL without the user name and password that it may hold. */
export const withoutUser = (text: string) =>
  text.replace(/^[^/\s@]*:[^/\s]*@|\/\/[^/\s]*@/g, (found) => `${found.startsWith('//') ? '//' : ''}${hidden}@`)

/** A URL at fault as a message shows it: not at all where it may hold a password. */
export const shownUrl = (text: string) => (text.includes('@') ? 'a URL that may hold a password' : shown(text))

/** A value with every password, code, token and secret within it hidden. */
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
    // Nested too deep to be written, or no JSON at all.
    return `a ${typeof value}`
  }
}
