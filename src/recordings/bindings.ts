import type { Definition, Definitions } from '../engine/resource.ts'
import { attributesOf } from '../engine/resource.ts'
import { idText } from './json.ts'

/**
 * Which recorded value stands for which one of the mock, for each resource (or secret, or datetimes) by itself: the same
 * number is the ID of a user and of a key.
 */
export class Bindings {
  readonly #toMock = new Map<string, unknown>()
  readonly #toRecorded = new Map<string, unknown>()

  /** The mock's value for a recorded one; undefined if it has none. */
  mocked(kind: string, recorded: unknown): unknown {
    return this.#toMock.get(`${kind} ${idText(recorded)}`)
  }

  /** The recorded value for one of the mock; undefined if it has none. */
  recorded(kind: string, mocked: unknown): unknown {
    return this.#toRecorded.get(`${kind} ${idText(mocked)}`)
  }

  /** Binds two values, or returns whether they are bound to each other already. */
  bind(kind: string, recorded: unknown, mocked: unknown): boolean {
    const known = this.mocked(kind, recorded)
    const other = this.recorded(kind, mocked)
    if (known === undefined && other === undefined) {
      this.#toMock.set(`${kind} ${idText(recorded)}`, mocked)
      this.#toRecorded.set(`${kind} ${idText(mocked)}`, recorded)
      return true
    }
    return known !== undefined && idText(known) === idText(mocked)
  }
}

/** Which resource the attributes and parameters of an API refer to, by their names. */
export function referencesOf(definitions: Definitions): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [name, definition] of Object.entries(definitions)) {
    names.set(name, name)
    if (definition.fixtures) names.set(definition.fixtures, name)
    for (const [attribute, { type, to }] of Object.entries(attributesOf(definition)))
      if (to !== undefined && type !== 'list') names.set(attribute, to)
  }
  return names
}

/** The resource that a route is about: the one with the longest path that it begins with. */
export function resourceAt(definitions: Definitions, path: string): string | undefined {
  const found = Object.entries<Definition>(definitions).filter(
    ([, { path: own }]) => path === own || path.startsWith(`${own}/`),
  )
  return found.sort(([, a], [, b]) => b.path.length - a.path.length)[0]?.[0]
}
