import type { Attribute } from '../engine/attribute.ts'
import type { Definitions } from '../engine/resource.ts'
import { type Filters, filterOf } from '../engine/schemas.ts'
import { targetsOf } from './action.ts'

/** Whether conditions can name an attribute: it has a single value, is not secret, and every caller sees it. */
const isNameable = ({ type, filter, isSecret, isOptional }: Attribute) =>
  (type !== 'json' || filter) && type !== 'list' && type !== 'nested' && !isSecret && !isOptional

/**
 * The attributes that `where` may name for a resource or group, with the schema that checks the value where there is one.
 * Those of a nested record have a dot: `source.identifier`.
 */
export function attributesFor(
  definitions: Definitions,
  target: string,
): Readonly<Record<string, Filters[string] | undefined>> {
  const names = targetsOf(definitions, target)
  const isGroup = names[0] !== target
  const found: Record<string, Filters[string] | undefined> = {}
  const nested: typeof found = {}
  for (const name of names) {
    const { id, shape } = definitions[name] ?? {}
    found.id = id === 'integer' ? filterOf({ type: 'id' }) : undefined
    if (isGroup) found.resource = filterOf({ type: 'choice', values: names })
    for (const [attribute, of] of Object.entries(shape ?? {})) {
      if (isNameable(of)) found[attribute] ??= of.type === 'uuid' ? undefined : filterOf(of)
      if (of.type !== 'nested') continue
      for (const [inner, filter] of Object.entries(attributesFor(definitions, of.to ?? ''))) {
        nested[`${attribute}.${inner}`] = filter
      }
    }
  }
  return { ...found, ...nested }
}
