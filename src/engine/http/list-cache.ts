import type { BaseRecord } from '../resource.ts'
import type { Page } from '../store/query.ts'
import type { BaseViewer, Views } from '../view.ts'

interface CachedText {
  readonly madeOf: object
  readonly dialect: string
  readonly text: string
}

/** How many texts are kept, so that memory is bounded. */
const most = 5000

/**
 * Lists as JSON. Most of a list's cost is writing its records, which seldom change: the text of each is kept for as long
 * as neither it nor what its view is made of is replaced.
 */
export class ListCache {
  #kept = new WeakMap<object, CachedText>()
  #count = 0

  /** A page as `shownList` shows it. */
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
  ): string {
    const tag = viewer.tagsLists ? '"resource":"list",' : ''
    const items = data.map((record) => this.#text(viewer, views, resource, record)).join(',')
    return `{${tag}"data":[${items}],"has_more":${has_more},"total_count":${total_count},"url":${JSON.stringify(url)}}`
  }

  #text<
    Viewer extends BaseViewer,
    Records extends Readonly<Record<string, BaseRecord>>,
    Name extends keyof Records & string,
  >(viewer: Viewer, views: Views<Viewer, Records>, resource: Name, record: Records[Name]): string {
    const { dialect } = viewer
    const madeOf = views.madeOf(viewer, resource, record)
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
