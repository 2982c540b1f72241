import type { Random } from './random.ts'

/** Plausible people, from a world's seed. */
export interface Fake {
  /** An address that no earlier call gave. */
  email(): string
}

/** Loads @faker-js/faker, which takes a moment, and seeds a generator of its own by the world's. */
export async function loadFake(random: Random): Promise<Fake> {
  const { Faker, base, en } = await import('./faker.ts')
  const faker = new Faker({ locale: [en, base], seed: random.integer() })
  let count = 0
  return {
    email() {
      const [first, last] = [faker.person.firstName(), faker.person.lastName()]
      const name = `${first}.${last}`.toLowerCase().replace(/[^a-z.]/g, '')
      return `${name}${++count}@example.com`
    },
  }
}
