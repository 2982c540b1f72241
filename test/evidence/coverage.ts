import { afterAll, beforeAll } from 'vitest'
import type { DoorName } from '../doors/names.ts'
import { digestOfSources, forget, keep, type Run } from './records.ts'

/**
 * Keeps what the tests of a file see through doors for `npm run evidence`, once they are over; not of dist, which may be
 * older than the sources.
 */
export function useWitness(run: Run): (door: DoorName, seen: Iterable<string>) => void {
  if (process.env.TARGET === 'dist') return () => {}
  const all: Partial<Record<DoorName, Set<string>>> = {}
  let sources = ''
  beforeAll(() => {
    forget(run)
    sources = digestOfSources()
  })
  afterAll(() => {
    const seen = Object.fromEntries(Object.entries(all).map(([door, answers]) => [door, [...answers].sort()]))
    keep(run, { sources, seen })
  })
  return (door, seen) => {
    const known = (all[door] ??= new Set())
    for (const answer of seen) known.add(answer)
  }
}
