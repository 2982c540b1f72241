/** Where the pages and the official client disagree, one of them is spoken; by default the pages'. */
export const dialectsKnown = ['documented', 'ricloud-py'] as const
export type Dialect = (typeof dialectsKnown)[number]

/** Who looks at records, and how they are sent to it. */
export interface RicloudViewer {
  readonly dialect: Dialect
  /** The official client makes its own list objects of what begins with `"resource": "list"` (observed). */
  readonly tagsLists: boolean
  /** Some attributes are for super organisations only. */
  readonly isSuper: boolean
}

export const viewerIn = (dialect: Dialect, isSuper = false): RicloudViewer => ({
  dialect,
  tagsLists: dialect === 'ricloud-py',
  isSuper,
})

/** The dialect of a caller: `ricloud-py` to that client (observed), otherwise `documented`. */
export function dialectOf(userAgent: string | null | undefined): Dialect {
  return userAgent?.startsWith('ricloud-py/') ? 'ricloud-py' : 'documented'
}
