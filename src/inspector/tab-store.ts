/** Keeps small values for as long as a tab is open. */
export interface TabStore {
  read(): Readonly<Record<string, unknown>>
  /** Adds values to what is kept. */
  write(values: Readonly<Record<string, unknown>>): void
}

/** @param storage kept in memory instead where it is missing or refused, as in a sandboxed frame */
export function tabStore(name: string, storage: () => Storage | undefined): TabStore {
  let kept: Readonly<Record<string, unknown>> = {}
  try {
    const found: unknown = JSON.parse(storage()?.getItem(name) ?? '{}')
    if (typeof found === 'object' && found !== null) kept = { ...found }
  } catch {
    // What cannot be read is begun anew.
  }
  return {
    read: () => kept,
    write: (values) => {
      kept = { ...kept, ...values }
      try {
        storage()?.setItem(name, JSON.stringify(kept))
      } catch {
        // It stays in memory.
      }
    },
  }
}
