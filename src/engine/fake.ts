import type { Random } from './random.ts'

/** Plausible people, from a world's seed. */
export interface Fake {
  /** An address that no earlier call gave. */
  email(): string
}

/** Loads the names of @faker-js/faker, which takes a moment, to be drawn by a world's own chance. */
export async function loadFake(random: Random): Promise<Fake> {
  const { firstNames, lastNames } = await import('./faker-names.ts')
  const one = (names: readonly string[]) => names[random.below(names.length)]
  let count = 0
  return {
    email() {
      const name = `${one(firstNames)}.${one(lastNames)}`.toLowerCase().replace(/[^a-z.]/g, '')
      return `${name}${++count}@example.com`
    },
  }
}
