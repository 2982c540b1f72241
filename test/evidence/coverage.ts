import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { DoorName } from '../doors/names.ts'
import { digestOfSources, forget, keep, type Run, runs } from './records.ts'

/** The projects that commands run. */
const projects = { 'npm run test:slow': 'slow', 'npm run test:browser': 'browser' } as const

/**
 * Keeps what the tests of a file see through doors for `npm run evidence`, once they are over; not of dist, which may be
 * older than the sources.
 */
export function useWitness(run: Run): (door: DoorName, seen: Iterable<string>) => void {
  if (process.env.TARGET === 'dist') return () => {}
  const all: Partial<Record<DoorName, Set<string>>> = {}
  let sources = ''
  beforeEach(({ task: { file } }) => {
    expect([file.name, file.projectName]).toEqual([run, projects[runs[run]]])
  })
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
