import type { Random } from './random.ts'

/** Generates plausible personal data from a world's seed. */
export interface Fake {
  /** An e-mail address, different at each call. */
  email(): string
}

/** Loads the names of @faker-js/faker on demand, because that is slow; the world's random numbers choose among them. */
export async function loadFake(random: Random): Promise<Fake> {
  const { firstNames, lastNames } = await loadWords()
  const one = (names: readonly string[]) => names[random.below(names.length)]
  let count = 0
  return {
    email() {
      const name = `${one(firstNames)}.${one(lastNames)}`.toLowerCase().replace(/[^a-z.]/g, '')
      return `${name}${++count}@example.com`
    },
  }
}

/** Lists of words of @faker-js/faker. */
export type Words = typeof import('./faker-names.ts')

/** Loads them on demand, because that is slow. */
export const loadWords = (): Promise<Words> => import('./faker-names.ts')
