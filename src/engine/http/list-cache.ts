import { BoundedMap } from '../bounded-map.ts'
import type { BaseRecord } from '../resource.ts'
import type { Page } from '../store/query.ts'
import type { BaseViewer, Views } from '../view.ts'
import type { Result } from './route.ts'

interface CachedText {
  readonly madeOf: object
  readonly dialect: string
  readonly text: string
}

/** The limit of cached texts. */
const most = 5000

/** The limits of cached lists: their number, and the characters of each and of its URL. */
const mostLists = 100
const longestList = 32 * 1024
const longestUrl = 500

/** For whom a list was made, and when. */
interface ListOccasion {
  readonly dialect: string
  /** The ID of the owner of its records; 0 if it has those of all owners. */
  readonly owner: number
  /** The version of the records. */
  readonly version: number
}

/**
 * Serializes records and lists of them. Most of the cost is the JSON of the records, which seldom change: it is cached per
 * record, until the record or the object that its view is computed from is replaced. A whole list is cached until any
 * record is written, as clients ask again and again for what they wait for.
 */
export class ListCache {
  #kept = new WeakMap<object, CachedText>()
  #count = 0
  readonly #lists = new BoundedMap<string, ListOccasion & { readonly result: Result }>(mostLists)

  /** The answer to the same call, if nothing was written since. */
  listed(url: string, { dialect, owner, version }: ListOccasion): Result | undefined {
    const kept = this.#lists.get(url)
    const isSame = kept?.version === version && kept.owner === owner && kept.dialect === dialect
    return isSame ? kept.result : undefined
  }

  /** Keeps the answer to a call. */
  keep(url: string, { dialect, owner, version }: ListOccasion, result: Result): void {
    if (url.length > longestUrl || (result.json?.length ?? 0) > longestList) return
    this.#lists.set(url, { dialect, owner, version, result })
  }

  /**
   * The JSON of a page, as texts to join, with the same content as that of `shownList`; and whether it stays so until a
   * record is written.
   */
  list<
    Viewer extends BaseViewer,
    Records extends Readonly<Record<string, BaseRecord>>,
    Name extends keyof Records & string,
  >(
    viewer: Viewer,
    views: Views<Viewer, Records>,
    url: string,
    resource: Name,
    { data, has_more, total_count }: Page<Records[Name]>,
  ): { readonly parts: string[]; readonly isTimeless: boolean } {
    let isTimeless = true
    const parts: string[] = [viewer.tagsLists ? '{"resource":"list","data":[' : '{"data":[']
    for (const record of data) {
      const madeOf = views.madeOf(viewer, resource, record)
      if (!madeOf) isTimeless = false
      parts.push(this.text(viewer, views, resource, record, madeOf), ',')
    }
    if (data.length > 0) parts.pop()
    // Joined, as it is kept: a text that a template makes of others keeps all of these.
    const end = ['],"has_more":', has_more, ',"total_count":', total_count, ',"url":', JSON.stringify(url), '}']
    parts.push(end.join(''))
    return { parts, isTimeless }
  }

  /**
   * The JSON of the view of a record.
   *
   * @param madeOf what the view is made of, if it is known
   */
  text<
    Viewer extends BaseViewer,
    Records extends Readonly<Record<string, BaseRecord>>,
    Name extends keyof Records & string,
  >(
    viewer: Viewer,
    views: Views<Viewer, Records>,
    resource: Name,
    record: Records[Name],
    madeOf: object | undefined = views.madeOf(viewer, resource, record),
  ): string {
    const { dialect } = viewer
    const kept = this.#kept.get(record)
    if (kept && kept.madeOf === madeOf && kept.dialect === dialect) return kept.text
    const text = JSON.stringify(views.show(viewer, resource, record))
    if (madeOf) {
      if (++this.#count > most) {
        this.#kept = new WeakMap()
        this.#count = 1
      }
      this.#kept.set(record, { madeOf, dialect, text })
    }
    return text
  }
}
