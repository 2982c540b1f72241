/** The API's pages and its official client disagree in places: answers follow the one or the other. */
export const dialectsKnown = ['documented', 'ricloud-py'] as const
export type Dialect = (typeof dialectsKnown)[number]

/** How records are shown to a caller. */
export interface RicloudViewer {
  readonly dialect: Dialect
  /** Whether lists have `"resource": "list"`, by which the official client knows them (observed). */
  readonly tagsLists: boolean
  /** Whether attributes for super organisations are shown. */
  readonly isSuper: boolean
}

export const viewerIn = (dialect: Dialect, isSuper = false): RicloudViewer => ({
  dialect,
  tagsLists: dialect === 'ricloud-py',
  isSuper,
})

/** The dialect of a caller: `ricloud-py` for a User-Agent that begins with `ricloud-py/` (observed), otherwise `documented`. */
export function dialectOf(userAgent: string | null | undefined): Dialect {
  return userAgent?.startsWith('ricloud-py/') ? 'ricloud-py' : 'documented'
}
