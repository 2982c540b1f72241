import fc from 'fast-check'
import { it } from 'vitest'

/** How often each property is tried instead of the few times that a usual run has time for: `RUNS=2000 npx vitest run test/properties`. */
const wanted = process.env.RUNS === undefined ? undefined : Number(process.env.RUNS)

/** A test that a property holds. Its failure names the seed, and the shortest list of commands by which it fails. */
export function holds<Given extends [unknown, ...unknown[]]>(
  sentence: string,
  few: number,
  given: { [Index in keyof Given]: fc.Arbitrary<Given[Index]> },
  property: (...given: Given) => Promise<void>,
): void {
  const numRuns = wanted ?? few
  const check = () => fc.assert(fc.asyncProperty<Given>(...given, property), { numRuns })
  it(sentence, check, 180_000 + numRuns * 1000)
}

/** Any seed of a world. */
export const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
