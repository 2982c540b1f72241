import type { Id, Range } from './index-range.ts'

export type Value = string | number | null

/** What any record has; IDs of one model are all numbers or all strings. */
export interface Row {
  readonly id: Id
  readonly date_created: string
}

/** What a list asks for. Records come newest first, by creation and then by ID. */
export interface Query {
  /** Whose records; all without it. */
  readonly owners?: readonly Id[]
  /** Fields that must equal one of these values. */
  readonly where?: Readonly<Record<string, readonly Value[]>>
  readonly between?: Readonly<Record<string, Range>>
  readonly limit?: number
  /** Only what comes after this record in the list: older ones. */
  readonly after?: Row
  /** Only what comes before it: newer ones. */
  readonly before?: Row
}

export interface Page<R> {
  readonly data: readonly R[]
  readonly has_more: boolean
  readonly total_count: number
}
