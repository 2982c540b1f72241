import type { Dialect, Viewer } from '../../ricloud/dialect.ts'
import type { Page } from '../store/query.ts'

/** How a record of a list is shown. */
export interface ListedView<R> {
  show(viewer: Viewer, record: R): object
  /**
   * What its view is made of, which is replaced when that changes; left out, the record itself. Undefined where it is made
   * of more than one thing: then it is not kept.
   */
  about?(viewer: Viewer, record: R): object | undefined
}

interface CachedText {
  readonly about: object
  readonly dialect: Dialect
  readonly text: string
}

/** How many texts are kept, so that memory is bounded. */
const most = 5000

/**
 * Lists as JSON. Most of a list's cost is writing its records, which seldom change: the text of each is kept for as long
 * as neither it nor what it is about is replaced.
 */
export class ListCache {
  #kept = new WeakMap<object, CachedText>()
  #count = 0

  /** A page as `showList` shows it. */
  list<R extends object>(viewer: Viewer, url: string, page: Page<R>, shown: ListedView<R>): string {
    const resource = viewer.dialect === 'ricloud-py' ? '"resource":"list",' : ''
    const data = page.data.map((record) => this.#text(viewer, record, shown)).join(',')
    const { has_more, total_count } = page
    return `{${resource}"data":[${data}],"has_more":${has_more},"total_count":${total_count},"url":${JSON.stringify(url)}}`
  }

  #text<R extends object>(viewer: Viewer, record: R, { show, about }: ListedView<R>): string {
    const { dialect } = viewer
    const subject = about ? about(viewer, record) : record
    const kept = this.#kept.get(record)
    if (kept && kept.about === subject && kept.dialect === dialect) return kept.text
    const text = JSON.stringify(show(viewer, record))
    if (subject) {
      if (++this.#count > most) {
        this.#kept = new WeakMap()
        this.#count = 1
      }
      this.#kept.set(record, { about: subject, dialect, text })
    }
    return text
  }
}
