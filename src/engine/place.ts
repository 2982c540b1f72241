import { isObject, isRecord } from './values.ts'

/** Returns the position in the source file of the value at a path such as `['steps', 0, 'do']`, or of its key. */
export type PlaceOf = (path: readonly PropertyKey[], isKey?: boolean) => string

const origin = Symbol.for('ricloud-mock.origin')

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
