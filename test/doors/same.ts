/** Throws unless both are the same JSON, the order of keys included. */
export function same(actual: unknown, expected: unknown, what = 'the answer'): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`)
}
