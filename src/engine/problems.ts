import * as z from 'zod'
import { deepest, tooDeepAt } from './depth.ts'
import { moreFaults } from './errors.ts'
import { either, nearestFirst, notOneOf, orOf, shownSafely } from './messages.ts'
import { nowhere, type PlaceOf, type Problem, pathName } from './place.ts'
import { isRecord } from './values.ts'

/** How many problems of a value are described: to describe one takes far longer than to find it. */
export const maxProblems = 100

/** How the names that can be given somewhere differ from those of a schema. */
export interface OtherNames {
  /** Further ones. */
  readonly own?: readonly string[]
  /** Those of the schema that cannot be given. */
  readonly lacks?: readonly string[]
}

/**
 * The problems of a value that a developer wrote, each with its place, what is valid and the nearest
 * valid word; never with a password or code.
 *
 * @param names how the names that can be given differ from those of the schema
 */
export function problemsOf(
  schema: z.ZodType,
  error: z.ZodError,
  placeOf: PlaceOf = nowhere,
  names: OtherNames = {},
): Problem[] {
  const { first, more } = firstProblems(error.issues)
  const problems: Problem[] = first.map(({ issue, key, path }) => {
    return { path, position: placeOf(path, key !== undefined), what: problemOf(schema, issue, key ?? '', names) }
  })
  if (more === 0) return problems
  const [name, [what = '']] = moreFaults(more)
  return [...problems, { path: [name], what }]
}

/** The issues that are described, one for each unknown key, and how many more there are. */
export function firstProblems(issues: readonly z.core.$ZodIssue[]) {
  const all = issues.flatMap((issue) =>
    (issue.code === 'unrecognized_keys' ? issue.keys : [undefined]).map((key) => ({ issue, key })),
  )
  const first = all
    .slice(0, maxProblems)
    .map(({ issue, key }) => ({ issue, key, path: key === undefined ? issue.path : [...issue.path, key] }))
  return { first, more: all.length - first.length }
}

/** What zod has other names for. */
const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  boolean: 'true or false',
  record: 'an object',
  date: 'a Date',
}

/** The messages for common issues of schemas; a message that a schema sets itself takes precedence. */
function worded(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const { expected } = issue
      return `must be ${kinds[expected] ?? `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`}`
    }
    case 'invalid_value':
      return `must be ${either(issue.values.map(String))}`
    case 'too_small':
      return typeof issue.minimum === 'number' && issue.origin !== 'string' && issue.origin !== 'array'
        ? `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`
        : 'must not be empty'
    case 'too_big':
      return lengthProblem(issue) ?? `must be at most ${issue.maximum}`
    case 'invalid_union':
      return alternatives(issue)
    default:
      return undefined
  }
}

/** The message for a value that is none of a union: what each of its schemas takes. */
function alternatives({ errors }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  const each = errors.map(([first]) => /^must be ([^.?]*)$/.exec(first?.message ?? '')?.[1])
  const wanted = [...new Set(each)].filter((one) => one !== undefined)
  return wanted.length === 0 ? undefined : `must be ${orOf(wanted)}`
}

/** The message for a text or an array that is too long; undefined for a number. */
function lengthProblem({ origin, maximum, input }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string | undefined {
  if (typeof input !== 'string' && !Array.isArray(input)) return undefined
  return `must have at most ${maximum} ${origin === 'array' ? 'entries' : 'characters'}, got ${input.length}.`
}

/**
 * The options of every parse. Schemas are not compiled with `new Function`: a page's Content-Security-Policy may forbid
 * it, the first world is created faster without it, and calls are no slower. They are passed to each parse, because the
 * global configuration of zod would also affect the schemas of the host.
 */
export const parseOptions = { jitless: true, reportInput: true, error: worded } as const

/**
 * Does what `safeParse` does with `parseOptions`. That copies the options, which takes ten times as long as to check the
 * body of a short call: it is called for what is invalid alone.
 */
export function parsed<Output>(schema: z.ZodType<Output>, given: unknown): z.ZodSafeParseResult<Output> {
  const { jitless, reportInput, error } = parseOptions
  const result = schema._zod.run({ value: given, issues: [] }, { async: false, jitless, reportInput, error })
  const isValid = !(result instanceof Promise) && result.issues.length === 0
  return isValid ? { success: true, data: result.value as Output } : schema.safeParse(given, parseOptions)
}

/**
 * Parses a value from outside: a body, options, a file. One that is nested too deep is refused before any schema, which
 * would recurse over it.
 */
export function parseGiven<Output>(schema: z.ZodType<Output>, given: unknown): z.ZodSafeParseResult<Output> {
  const path = tooDeepAt(given)
  if (!path) return schema.safeParse(given, parseOptions)
  const message = `is nested deeper than ${deepest} levels`
  const issue = { code: 'custom', path, message, input: undefined } as const
  return { success: false, error: new z.ZodError([issue]) as z.ZodError<Output> }
}

function problemOf(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  key: string,
  { own = [], lacks = [] }: OtherNames,
): string {
  if (key !== '') {
    const keys = keysAt(schema, issue.path)
    const known = issue.path.length > 0 ? keys : [...keys.filter((one) => !lacks.includes(one)), ...own]
    return unknownKey(key, known, (outer) => keysAt(schema, [...issue.path, outer]))
  }
  if (isComplete(issue) || (issue.code === 'too_small' && issue.input === '')) return issue.message
  if (issue.input === undefined) return 'is required'
  if (issue.message === 'must be a string' && typeof issue.input === 'number') {
    return `${issue.message}, got a number: put it in quotes`
  }
  const got = shownSafely(pathName(issue.path), issue.input)
  return issue.code === 'invalid_value' && issue.message.startsWith('must be ')
    ? notOneOf(issue.values.map(String), String(issue.input), got, issue.message.slice('must be '.length))
    : `${issue.message}, got ${got}.`
}

/**
 * The message for an unknown key.
 *
 * @param keysIn returns the keys that are known within the value of a known one
 */
export function unknownKey(
  key: string,
  known: readonly string[],
  keysIn: (outer: string) => readonly string[] = () => [],
): string {
  if (known.length === 0) return 'is unknown: nothing can be given here.'
  const list = `known here: ${known.join(', ')}`
  const outer = known.filter((one) => keysIn(one).includes(key))
  return outer.length > 0
    ? `is unknown here, and belongs inside ${orOf(outer)}; ${list}.`
    : `is unknown${nearestFirst(key, known, list)}`
}

/** Returns a function that tells whether the value at a path in an object is valid, as far as these issues say. */
export const validIn =
  (issues: readonly { readonly path?: readonly PropertyKey[] | undefined }[]) =>
  (...path: readonly PropertyKey[]) =>
    !issues.some(({ path: at = [] }) => at.length > 0 && at.every((part, i) => part === path[i]))

/** Parameters of `superRefine` for a check of an object: zod skips it by default if a property is invalid. */
export const checkAlways = {
  when: ({ value }: { readonly value: unknown }) => isRecord(value),
}

/** Whether the message of an issue is complete, so that the value is not appended. */
export const isComplete = ({ code, message }: z.core.$ZodIssue) => code === 'custom' || /[.?]$/.test(message)

/** The valid keys of the object at a path. */
export function keysAt(schema: z.ZodType | undefined, path: readonly PropertyKey[]): string[] {
  let inner: unknown = schema
  for (;;) {
    if (
      inner instanceof z.ZodOptional ||
      inner instanceof z.ZodNullable ||
      inner instanceof z.ZodDefault ||
      inner instanceof z.ZodPrefault
    )
      inner = inner.unwrap()
    else if (inner instanceof z.ZodPipe) inner = inner.in
    else break
  }
  const [first, ...rest] = path
  if (inner instanceof z.ZodArray) return keysAt(inner.element as z.ZodType, rest)
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => keysAt(option as z.ZodType, path))
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType as z.ZodType, rest)
  if (!(inner instanceof z.ZodObject)) return []
  const shape = inner.shape as Record<string, z.ZodType>
  return first === undefined ? Object.keys(shape) : keysAt(shape[String(first)], rest)
}
