import type { Attribute } from '../engine/attribute.ts'
import type { Definitions } from '../engine/resource.ts'
import { type Filters, filterOf } from '../engine/schemas.ts'
import { targetsOf } from './action.ts'

/** Whether conditions can name the value of an attribute: one value, and none that is secret or that some never see. */
const isNameable = ({ type, isSecret, isOptional }: Attribute) =>
  type !== 'json' && type !== 'list' && type !== 'nested' && !isSecret && !isOptional

/**
 * The attributes by which a scenario can pick records of a resource or group, those of nested ones with a dot, each with
 * the filter that checks its value, if one does.
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
