import { isRecord } from './values.ts'

/** The key that marks a value that JSON cannot represent. */
const mark = '$'

/** Serializes plain data as JSON, including Maps, Sets, undefined and infinite numbers. */
export function write(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner === undefined) return { [mark]: 'undefined' }
    if (inner === Infinity || inner === -Infinity) return { [mark]: 'number', is: String(inner) }
    if (inner instanceof Map) return { [mark]: 'map', is: [...inner] }
    if (inner instanceof Set) return { [mark]: 'set', is: [...inner] }
    if (isRecord(inner) && mark in inner) return { [mark]: 'object', is: Object.entries(inner) }
    return inner
  })
}

/** Parses the output of `write`. Throws an Error for any other text. */
export function read(text: string): unknown {
  return revived(JSON.parse(text))
}

function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived)
  if (!isRecord(value)) return value
  if (!(mark in value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revived(inner)]))
  const kind = value[mark]
  if (kind === 'undefined') return undefined
  if (kind === 'number') return Number(value.is)
  const items = revived(value.is) as [string, unknown][]
  if (kind === 'map') return new Map(items)
  if (kind === 'set') return new Set(items)
  return Object.fromEntries(items)
}
