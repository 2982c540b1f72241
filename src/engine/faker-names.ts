// Imported dynamically, when records are generated.
import { en } from '@faker-js/faker'

export const firstNames = known(en.person?.first_name?.generic)
export const lastNames = known(en.person?.last_name?.generic)
export const apps = known(en.app?.name as readonly string[] | undefined)
export const cities = known(en.location?.city_name).slice(0, 200)
export const dishes = known(en.food?.dish)
export const songs = known(en.music?.song_name).slice(0, 200)

function known(names: readonly string[] | null | undefined): readonly string[] {
  if (!names) throw new Error('@faker-js/faker does not have the expected lists of names.')
  return names
}
