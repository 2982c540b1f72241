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
