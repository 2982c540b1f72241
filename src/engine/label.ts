import type { ApiTypes, NameOf } from './api-types.ts'
import { attributesOf, type Definition } from './resource.ts'
import { cut } from './text.ts'
import type { World } from './world.ts'

const longestLabel = 100

/** What people call a record: the attribute that its definition names, which may be the label of the record it refers to. */
export function labelOf<A extends ApiTypes>(world: World<A>, resource: string, id: string | number, depth = 3): string {
  const singular = resource.replaceAll('_', ' ')
  const definition: Definition | undefined = world.api.definitions[resource]
  const name = definition?.display?.label
  const attribute = definition && name !== undefined ? attributesOf(definition)[name] : undefined
  const record = world.tables[resource as NameOf<A>]?.get(id) as Readonly<Record<string, unknown>> | undefined
  const value = record?.[name ?? '']
  if (!attribute || attribute.isSecret || value === undefined || value === null) return `${singular} ${id}`
  if (attribute.to && depth > 0) return labelOf(world, attribute.to, value as string | number, depth - 1)
  // A choice says little without its resource: `standard key`.
  const text = attribute.type === 'choice' ? `${value} ${singular}` : String(value)
  return text.length > longestLabel ? cut(text, longestLabel) : text
}
