import { isJsonTooDeep } from '../engine/depth.ts'
import { isRecord } from '../engine/values.ts'

/** Marks an integer that a number cannot hold exactly: the text after it. */
const exact = '\u0000int:'
const tokens = /"(?:[^"\\]|\\.)*(?:"|\\?$)|-?\d[\d.eE+-]*/gs

/** A parsed JSON text; undefined if it is none, or nested too deep. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    if (isJsonTooDeep(text)) return undefined
    return { value: JSON.parse(/\d{16}/.test(text) ? text.replace(tokens, withExactInteger) : text) }
  } catch {
    return undefined
  }
}

const withExactInteger = (token: string) =>
  /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? JSON.stringify(exact + token) : token

/** Whether a value is an integer, also one that a number cannot hold. */
export const isInteger = (value: unknown): boolean =>
  Number.isSafeInteger(value) || (typeof value === 'string' && value.startsWith(exact))

/** An ID as text, in which the number 7 and the string "7" are the same. */
export const idText = (id: unknown): string => String(id).replace(exact, '')

/** The type of a value for messages, which never show the value. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (isInteger(value)) return 'an integer'
  if (Array.isArray(value)) return 'an array'
  if (isRecord(value)) return 'an object'
  return `a ${typeof value}`
}

/** Whether a value stands for one that was removed. */
export const isRedacted = (value: unknown): boolean =>
  typeof value === 'string' && /^(?:[[<(]?(?:redacted|removed|filtered|hidden|masked)[\])>]?|[*x•]{3,})$/i.test(value)
