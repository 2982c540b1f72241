import { isObject, isRecord } from './values.ts'

/** A position in a file; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where a value is. */
export interface Place {
  /** Such as `['steps', 0, 'do']`; empty for the whole value. */
  readonly path: readonly PropertyKey[]
  /** The file or fixture that the path begins in, if it is another one than what was given. */
  readonly origin?: string | undefined
}

/** What is wrong with a value, or with a whole file, which has no path. */
export interface Problem extends Partial<Place> {
  readonly what: string
  /** In the file that the value was read from. */
  readonly position?: Position | undefined
}

/** Returns the position in the source file of the value at a path, or of its key; undefined if there is none. */
export type PlaceOf = (path: readonly PropertyKey[], isKey?: boolean) => Position | undefined

export const nowhere: PlaceOf = () => undefined

/** The name of a place in a value, as it is written in JavaScript: `steps[0].do`; empty for the value itself. */
export const pathName = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')

/** A place within another one. */
export const within = ({ path, origin }: Place, ...more: PropertyKey[]): Place => ({ path: [...path, ...more], origin })

/** A place for a message: `steps[0].do`, `file.json: users[0].id`; empty for the whole of what was given. */
export const placeText = ({ path, origin }: Place): string => [origin, pathName(path)].filter(Boolean).join(': ')

/** A problem for a message: `3:5 steps[0].do: must be …`. */
export function problemText({ path, origin, position, what }: Problem): string {
  const place = path ? placeText({ path, origin }) : ''
  return `${position ? `${position.line}:${position.column} ` : ''}${place && `${place}: `}${what}`
}

const origin = Symbol.for('ricloud-mock.origin')

const last: Position = { line: Number.MAX_SAFE_INTEGER, column: 0 }

/** Problems in the order of their file; those without a position come last. */
export const inOrder = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted(
    ({ position: one = last }, { position: other = last }) => one.line - other.line || one.column - other.column,
  )

/** Marks an object with where it was read from, for messages about it. Returns any other value unchanged. */
export function withOrigin(value: unknown, from: string): unknown {
  return isObject(value) ? Object.defineProperty(value, origin, { value: from }) : value
}

/** Marks copies of the objects in a list that have no origin yet with their place: `scenario.yaml: fixtures[0]`. */
export function withOrigins<Item>(list: readonly Item[], from: string): Item[] {
  return list.map((item, i) => {
    return isRecord(item) && !originOf(item) ? (withOrigin({ ...item }, `${from}[${i}]`) as Item) : item
  })
}

/** Where an object was read from: a path as it was written, or the place in a file. */
export const originOf = (value: object | null): string | undefined => (value as { [origin]?: string } | null)?.[origin]
