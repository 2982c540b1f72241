import * as z from 'zod'
import { byteFormatOf } from '../byte-format.ts'
import { isJsonTooDeep } from '../depth.ts'
import { apiErrors, invalidParameter, moreFaults, type ParameterFaults } from '../errors.ts'
import { nearestWord, shown, shownSafely } from '../messages.ts'
import { firstProblems, isComplete, keysAt, parsed, unknownKey } from '../problems.ts'
import { listAt } from '../values.ts'
import type { Incoming } from './exchange.ts'

/** Bodies over 1 MiB are refused (assumed). */
export const bodyLimit = 1024 * 1024

/** Called with the name of each parameter that is ignored. */
export type Ignore = (name: string) => void

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** What bodies are that are no UTF-8, by their format. */
const beginnings: Readonly<Record<ReturnType<typeof byteFormatOf>['name'], string | undefined>> = {
  'utf-8': undefined,
  'utf-16le': 'it is UTF-16; send it as UTF-8',
  'utf-16be': 'it is UTF-16; send it as UTF-8',
  'utf-32': 'it is UTF-32; send it as UTF-8',
  gzip: 'it is compressed with gzip; send it uncompressed',
  zstd: 'it is compressed with zstd; send it uncompressed',
}

/** What texts that are no JSON look like, and what they are. */
const formats: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^[\w.%+~-]+(?:\[\w*\])*=/, 'it is form-encoded; send an object such as {"name": "value"}'],
  [/^--\S+\r?\ncontent-disposition:/i, 'it is multipart form data; send an object such as {"name": "value"}'],
  [/^\s*</, 'it is XML or HTML; send an object such as {"name": "value"}'],
  [/^.?\0/s, 'it is UTF-16; send it as UTF-8'],
]

/** Decodes a body, which must be UTF-8. Throws the API's `invalid-body`, which names another encoding where it can be told. */
export function decodeBody(bytes: Uint8Array, header: Incoming['header']): string {
  try {
    return utf8.decode(bytes)
  } catch {
    const known = beginnings[byteFormatOf(bytes).name]
    throw apiErrors.bodyNotJson(known ?? compressionIn(header) ?? 'it is not valid UTF-8')
  }
}

/** What the header Content-Encoding says of a body that is no JSON. */
function compressionIn(header: Incoming['header']): string | undefined {
  const coding = header('content-encoding')?.trim() || 'identity'
  return coding === 'identity' ? undefined : `its Content-Encoding is ${shown(coding)}; send it uncompressed`
}

/**
 * Parses a body as JSON, whatever its Content-Type; an empty body and `null` mean "no parameters" (observed). Throws the
 * API's `invalid-body`.
 */
export function readBody(text: string, header: Incoming['header']): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
  if (isJsonTooDeep(text)) throw apiErrors.bodyTooDeep()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    const known = formats.find(([pattern]) => pattern.test(text))
    throw apiErrors.bodyNotJson(known?.[1] ?? compressionIn(header) ?? whereJsonBreaks(text, error))
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
 *
 * @param nameOf the name of a place within; by default dotted, as the API names it
 */
export function parse<Output>(
  schema: z.ZodType<Output>,
  given: Readonly<Record<string, unknown>>,
  ignore: Ignore,
  prefix = '',
  nameOf: NameOfPath = dotted,
): Output {
  const result = parsed(schema, given)
  noteUnknown(schema, given, prefix, ignore)
  if (!result.success) throw invalidParameter(faultsOf(schema, result.error.issues, prefix, nameOf))
  return result.data
}

/** Returns the name of a place in a value by the keys that lead to it. */
export type NameOfPath = (path: readonly PropertyKey[]) => string

const dotted: NameOfPath = (path) => path.join('.')

function faultsOf(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  prefix: string,
  nameOf: NameOfPath,
): ParameterFaults {
  const faults = new Map<string, string[]>()
  const add = (path: readonly PropertyKey[], fault: (name: string) => string) => {
    const name = prefix + nameOf(path)
    listAt(faults, name).push(fault(name))
  }
  const { first, more } = firstProblems(issues)
  for (const { issue, key, path } of first) {
    const keysIn = (...names: readonly string[]) => keysAt(schema, [...issue.path, ...names])
    add(path, (name) => (key === undefined ? faultOf(name, issue) : unknownKey(key, keysIn(), keysIn)))
  }
  if (more > 0) faults.set(...moreFaults(more))
  return Object.fromEntries(faults)
}

/** The message for an invalid field. */
export function faultOf(name: string, issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'is required'
  if (isComplete(issue)) return issue.message
  const near =
    issue.code === 'invalid_value' && typeof issue.input === 'string'
      ? nearestWord(issue.input, issue.values.map(String))
      : undefined
  return `${issue.message}, got ${shownSafely(name, issue.input)}${near ? ` (did you mean "${near}"?)` : ''}`
}

function noteUnknown(schema: z.ZodType, given: unknown, prefix: string, ignore: Ignore): void {
  // First, as most values are no objects, and to tell what a schema is takes longer.
  if (typeof given !== 'object' || given === null) return
  const object = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
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
