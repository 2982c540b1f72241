// Loaded when something is generated.
import { en } from '@faker-js/faker'

export const firstNames: readonly string[] = en.person?.first_name?.generic ?? []
export const lastNames: readonly string[] = en.person?.last_name?.generic ?? []
