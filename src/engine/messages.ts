import { closestMatch } from 'leven'
import { BoundedMap } from './bounded-map.ts'
import { cut, longestUrl } from './text.ts'

/** The known word that is most similar to the given one; undefined if none is similar. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const [longer] = known.filter((one) => word.length > 3 && one.startsWith(word)).sort((a, b) => a.length - b.length)
  return (
    longer ??
    closestMatch(word.slice(0, 100), [...known], { maxDistance: Math.max(2, Math.floor(word.length / 3)) }) ??
    alikeAtFirst(word, known)
  )
}

/** The known word of several parts whose first one is most similar: `rotation-grace` for `rotaton`. */
function alikeAtFirst(word: string, known: readonly string[]): string | undefined {
  const parts = known.filter((one) => one.includes('-')).map((one) => [one.slice(0, one.indexOf('-')), one] as const)
  const part =
    word.length > 4
      ? closestMatch(
          word.slice(0, 100),
          parts.map(([first]) => first),
          { maxDistance: 2 },
        )
      : undefined
  return parts.find(([first]) => first === part)?.[1]
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
export const either = (words: readonly string[]): string => orOf(words.map((word) => `"${word}"`))

/** Lists texts as they are: `a number, a string or an object`. */
export const orOf = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`

/** A value for a message: JSON, cut to 80 characters, without control characters. */
export function shown(value: unknown): string {
  // Of a longer text no more is shown than of its beginning.
  const text = json(typeof value === 'string' ? value.slice(0, 80) : value)
  return printable(text.length > 80 ? cut(text, 77) : text)
}

/** The type of a value, for messages that must not show it because it may contain a secret: `an array`, `a string`, `an object (Blob)`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return `a ${typeof value}`
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object (${name})` : 'an object'
}

/** An invalid value for a message: primitives as JSON; secrets and what may contain one only by type. */
export function shownSafely(name: string, value: unknown): string {
  const mayHold = /(?:^|\.)(?:credentials|payload|body)(?:$|[.[])/.test(name)
  return mayHold || isSecret(name) || (typeof value === 'object' && value !== null) ? kindOf(value) : shown(value)
}

/** The names of what no output shows, as words of a name of any style: `user_password`, `apiKey`, `X-API-Key`, `pin2`. */
const secretWord =
  /(?<![a-z\d])(?:pass(?:word|wd|phrase|code)?|pwd|pin|otp|code|token|secret|credential|authorization|cookie|jwt|signature|sig|(?:api|private)[._-]?key)s?\d*(?![a-z\d])/i

/** The end of `user` in `userPassword`, and of `API` in `APIKey`. */
const wordEnd = /(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g

/** A name that is longer than any that a person writes is taken for a secret. */
const longestName = 1000

/** How much of what is called so is never shown: all within it, its texts and numbers unless they have names, or nothing. */
type Hiding = 'all' | 'unnamed' | 'nothing'

/** The names that were tested last: a view has the same ones again and again. */
const tested = new BoundedMap<string, Hiding>(1000)

const hidingOf = (name: string): Hiding => tested.get(name) ?? test(name)

function test(name: string): Hiding {
  if (name.length > longestName) return 'all'
  const isWord = secretWord.test(/[A-Z]/.test(name) ? name.replace(wordEnd, '_') : name)
  const hiding = isWord ? 'all' : /(?:^|[.])payload(?:\[\d+\])*$/.test(name) ? 'unnamed' : 'nothing'
  tested.set(name, hiding)
  return hiding
}

/** Whether what is called so, or lies within it, is never shown. */
export const isSecret = (name: string): boolean => hidingOf(name) === 'all'

/** What is a secret unless it has names: of a payload, text, numbers and arrays of them are not shown. */
export const isPayload = (name: string): boolean => hidingOf(name) === 'unnamed'

const hidden = '[redacted]'
const hide = () => hidden
const isEmpty = (value: object) => Object.keys(value).length === 0

/**
 * A URL without the user name, the password and the secret parameters that it may hold; other text as it is.
 *
 * @param standIn returns what takes the place of each secret
 */
export function withoutSecrets(text: string, standIn: (secret: string) => string = hide): string {
  // Asked before the patterns: nearly no text holds either, and an address of email has no colon.
  const mayHoldUser = text.includes('@') && (text.includes(':') || text.includes('//'))
  const withoutUser = mayHoldUser
    ? text.replace(/^[^/\s@:]*:[^/\s]*@|\/\/[^/\s]*@/g, (found) => {
        const slashes = found.startsWith('//') ? '//' : ''
        return `${slashes}${standIn(found.slice(slashes.length, -1))}@`
      })
    : text
  if (!text.includes('=') || text.length > longestUrl) return withoutUser
  return withoutUser.replace(/([?&])([^?&=#\s]+)=([^&#\s]+)/g, (found, sign, name, value) =>
    isSecret(name) ? `${sign}${name}=${standIn(value)}` : found,
  )
}

/** A URL at fault as a message shows it: not at all where it may hold a password. */
export const shownUrl = (text: string): string =>
  text.includes('@') ? 'a URL that may hold a password' : shown(withoutSecrets(text))

/**
 * A value with every password, code, token and other secret within it hidden, by the names of the attributes. What holds
 * no secret is returned as it is, since most views hold none.
 *
 * @param name of the value itself, if it has one
 */
export function redacted(value: unknown, name = ''): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value
  const hiding = hidingOf(name)
  if (hiding === 'all') return typeof value === 'object' && isEmpty(value) ? value : hidden
  if (typeof value === 'object') return redactedWithin(value as Record<string, unknown>, name)
  if (hiding === 'unnamed') return hidden
  return typeof value === 'string' ? withoutSecrets(value) : value
}

/** An object or an array without the secrets within it: a copy, unless it holds none. */
function redactedWithin<Values extends Record<string, unknown>>(values: Values, name: string): Values {
  const isList = Array.isArray(values)
  let copy: Record<string, unknown> | undefined
  for (const inner in values) {
    const value = values[inner]
    const shown = redacted(value, isList ? name : inner)
    if (shown === value) continue
    // The copy's own properties are replaced, so that `__proto__` is a name like others.
    copy ??= isList ? ([...values] as never) : { ...values }
    ;(copy as Record<string, unknown>)[inner] = shown
  }
  return (copy as Values | undefined) ?? values
}

const controlCharacter = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g
const escapeCode = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

/** A text for a terminal, which would execute control characters: they are escaped, the ends of lines aside. */
export const printable = (text: string): string => text.replace(controlCharacter, escapeCode)

/** A text for one line on a terminal: ends of lines are escaped too. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', '\\x0a')

function json(value: unknown): string {
  try {
    return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  } catch {
    // Nested too deeply, or not representable as JSON.
    return `a ${typeof value}`
  }
}
