/** How deep a value from outside may be nested: everything that recurses over one relies on it. */
export const deepest = 100

/** The place in a value that is nested deeper than allowed, or the part of it that leads there; undefined if none is. */
export function tooDeepAt(value: unknown): (string | number)[] | undefined {
  if (isWithin(value, deepest)) return undefined
  const path: (string | number)[] = []
  let inner = value as object
  while (path.length < 3) {
    const levels = deepest - path.length - 1
    const found = Object.entries(inner).find(([, part]) => !isWithin(part, levels))
    if (!found) break
    path.push(Array.isArray(inner) ? Number(found[0]) : found[0])
    inner = found[1]
  }
  return path
}

/** Whether objects are nested no deeper than so many levels; without recursion, and an object counts once for each level. */
function isWithin(value: unknown, levels: number): boolean {
  let objects = objectsAmong([value])
  for (let level = 0; objects.size > 0; level++) {
    if (level === levels) return false
    objects = objectsAmong([...objects].flatMap((object) => Object.values(object)))
  }
  return true
}

const objectsAmong = (values: readonly unknown[]) =>
  new Set(values.filter((value) => typeof value === 'object' && value !== null) as object[])

const [quote, backslash] = [34, 92]
const opening: ReadonlySet<number> = new Set([91, 123])
const closing: ReadonlySet<number> = new Set([93, 125])

/** Whether JSON is nested deeper than allowed, found without parsing it. */
export function isJsonTooDeep(text: string): boolean {
  if (text.length <= deepest) return false
  let depth = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (isString) {
      if (character === backslash) i++
      else if (character === quote) isString = false
    } else if (character === quote) isString = true
    else if (opening.has(character) && ++depth > deepest) return true
    else if (closing.has(character)) depth--
  }
  return false
}
