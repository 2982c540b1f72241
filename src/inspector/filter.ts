import { formatStamp } from './instant.ts'

/** A value by the name of its field; `author.name` for a nested one. Texts are in lower case. */
export type Field = readonly [name: string, value: string | number]

/** A word of a filter: a text anywhere, or in one field. */
interface Term {
  readonly field: string | undefined
  readonly text: string
  readonly isExcluded: boolean
}

/** What every filter takes, in one line. */
export const grammar = 'words anywhere · field:value · -without'

const limits = { terms: 20, fields: 1000, text: 1000 }

/** `renate state:active -error:service` as terms. A word that contains `://` is no field. */
export function parseFilter(filter: string): readonly Term[] {
  const words = filter.slice(0, limits.text).toLowerCase().split(/\s+/)
  return words.slice(0, limits.terms).flatMap((written): Term[] => {
    const isExcluded = written.startsWith('-')
    const word = isExcluded ? written.slice(1) : written
    const colon = word.indexOf(':')
    const isField = colon > 0 && !word.startsWith('//', colon + 1) && /^[a-z_]/.test(word)
    const text = isField ? word.slice(colon + 1) : word
    // A field without a value is still being written.
    return text === '' ? [] : [{ field: isField ? word.slice(0, colon) : undefined, text, isExcluded }]
  })
}

/** Whether fields satisfy every term: numbers are equal to the value of a field, texts contain it. */
export const matches = (terms: readonly Term[], fields: readonly Field[]): boolean =>
  terms.every((term) => fields.some((field) => isMeant(term, field)) !== term.isExcluded)

function isMeant({ field, text }: Term, [name, value]: Field): boolean {
  if (field === undefined) return String(value).includes(text)
  if (name !== field && !name.endsWith(`.${field}`)) return false
  return typeof value === 'number' ? String(value) === text : value.includes(text)
}

/** Every value within an object, as it is and, for instants, as it is shown; the first 1,000 values. */
export function fieldsOf(value: unknown, name = '', fields: Field[] = []): Field[] {
  if (value === null || value === undefined || fields.length >= limits.fields) return fields
  if (typeof value === 'number') fields.push([name, value])
  else if (typeof value !== 'object') {
    const text = String(value)
    fields.push([name, text.toLowerCase()])
    if (/^\d{4}-\d\d-\d\dT/.test(text)) fields.push([name, formatStamp(text).toLowerCase()])
  } else if (Array.isArray(value)) for (const one of value) fieldsOf(one, name, fields)
  else for (const [key, one] of Object.entries(value)) fieldsOf(one, name ? `${name}.${key}` : key, fields)
  return fields
}

const cache = new WeakMap<object, Field[]>()

/** The fields of an object that never changes, computed once. */
export function fieldsOnce(value: object): Field[] {
  const known = cache.get(value) ?? fieldsOf(value)
  cache.set(value, known)
  return known
}
