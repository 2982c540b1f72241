import type { World } from '../engine/world.ts'

/** Where the pages and the official client disagree, one of them is spoken. */
export type Dialect = 'documented' | 'ricloud-py'

/** Who looks at records, and how it wants to be told. */
export interface Viewer {
  readonly world: World
  readonly dialect: Dialect
  /** Some attributes are for super organisations only. */
  readonly isSuper: boolean
}

/** The dialect of a caller: `ricloud-py` to that client (observed), otherwise `documented`. */
export function dialectOf(userAgent: string | null | undefined): Dialect {
  return userAgent?.startsWith('ricloud-py/') ? 'ricloud-py' : 'documented'
}
