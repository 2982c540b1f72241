/** Properties by their paths; what is compared of each is the identity of its value, getter and setter. */
export type Snapshot = ReadonlyMap<string, readonly unknown[]>

/** Every property of globalThis, of the objects there, and of the prototypes of the classes among them. */
export function snapshot(): Snapshot {
  const found = new Map<string, readonly unknown[]>()
  const note = (path: string, object: object) => {
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(object, key) ?? {}
      found.set(`${path}.${String(key)}`, [value, get, set])
    }
  }
  // Node makes some when they are first read.
  const values = Object.getOwnPropertyNames(globalThis).map((name) => [name, Reflect.get(globalThis, name)] as const)
  note('globalThis', globalThis)
  for (const [name, value] of values) {
    if (value === globalThis || value === null || !/object|function/.test(typeof value)) continue
    note(name, value)
    if (typeof value === 'function' && value.prototype) note(`${name}.prototype`, value.prototype)
  }
  return found
}

/** The paths of what was added, removed or replaced. */
export function changes(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [was, is] = [before.get(path), after.get(path)]
    return !was || !is || was.some((part, index) => !Object.is(part, is[index]))
  })
}
