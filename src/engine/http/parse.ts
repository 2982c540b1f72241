import * as z from 'zod'
import { apiErrors, invalidParameter, type ParameterFaults } from '../errors.ts'
import { nearest, nearestWord, shownSafely } from '../messages.ts'
import { keysAt, parseOptions } from '../problems.ts'

/** Bodies over 1 MiB are refused (assumed). */
export const bodyLimit = 1024 * 1024

/** Called with the name of each parameter that is ignored. */
export type Ignore = (name: string) => void

/**
 * Parses a body as JSON, whatever its Content-Type; an empty body and `null` mean "no parameters" (observed). Throws the
 * API's `invalid-body`.
 */
export function readBody(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw apiErrors.bodyNotJson(whereJsonBreaks(text, error))
  }
  if (body === null) return {}
  if (typeof body !== 'object' || Array.isArray(body)) throw apiErrors.bodyNotObject(body)
  return body as Record<string, unknown>
}

/** Where JSON is invalid, without the text around it, which may contain a password. */
export function whereJsonBreaks(text: string, error: unknown): string {
  const position = /at position (\d+)/.exec(String(error))?.[1]
  if (/end of JSON|Unterminated/.test(String(error)) || Number(position) >= text.length) return 'it ends too early'
  return position === undefined ? 'there is a mistake in it' : `there is a mistake at character ${Number(position) + 1}`
}

/**
 * Parses parameters with a schema, and passes the unknown ones to `ignore`. Throws the API's `invalid-parameter`, which
 * names every invalid field, its value and what is valid; never the value of a secret.
 */
export function parse<Output>(
  schema: z.ZodType<Output>,
  given: Readonly<Record<string, unknown>>,
  ignore: Ignore,
  prefix = '',
): Output {
  const result = schema.safeParse(given, parseOptions)
  noteUnknown(schema, given, prefix, ignore)
  if (!result.success) throw invalidParameter(faultsOf(schema, result.error.issues, prefix))
  return result.data
}

function faultsOf(schema: z.ZodType, issues: readonly z.core.$ZodIssue[], prefix: string): ParameterFaults {
  const faults = new Map<string, string[]>()
  const add = (path: readonly PropertyKey[], fault: (name: string) => string) => {
    const name = prefix + path.join('.')
    faults.set(name, [...(faults.get(name) ?? []), fault(name)])
  }
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') add(issue.path, (name) => faultOf(name, issue))
    else for (const key of issue.keys) add([...issue.path, key], () => unknownKey(key, keysAt(schema, issue.path)))
  }
  return Object.fromEntries(faults)
}

/** The message for an unknown key. */
const unknownKey = (key: string, known: readonly string[]) =>
  `is unknown; known here: ${known.join(', ')}.${nearest(key, known)}`

/** The message for an invalid field. */
export function faultOf(name: string, issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'is required'
  if (issue.code === 'custom') return issue.message
  const near =
    issue.code === 'invalid_value' && typeof issue.input === 'string'
      ? nearestWord(issue.input, issue.values.map(String))
      : undefined
  return `${issue.message}, got ${shownSafely(name, issue.input)}${near ? ` (did you mean "${near}"?)` : ''}`
}

function noteUnknown(schema: z.ZodType, given: unknown, prefix: string, ignore: Ignore): void {
  const object = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
  if (typeof given !== 'object' || given === null) return
  // Record schemas of zod skip this key.
  if (object instanceof z.ZodRecord && Object.hasOwn(given, '__proto__')) ignore(`${prefix}__proto__`)
  if (!(object instanceof z.ZodObject)) return
  if (object.def.catchall) return
  const shape = object.shape as Record<string, z.ZodType>
  for (const name of Object.keys(given)) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined
    if (field) noteUnknown(field, (given as Record<string, unknown>)[name], `${prefix}${name}.`, ignore)
    else ignore(prefix + name)
  }
}
