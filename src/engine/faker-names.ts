// Imported dynamically, when records are generated.
import { en } from '@faker-js/faker'

export const firstNames = known(en.person?.first_name?.generic)
export const lastNames = known(en.person?.last_name?.generic)

function known(names: readonly string[] | undefined): readonly string[] {
  if (!names) throw new Error('@faker-js/faker does not have the expected lists of names.')
  return names
}
