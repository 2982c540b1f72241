import type { Id, Range } from './index-range.ts'

export type Value = string | number | null

/** The attributes that every record has; IDs of one model are all numbers or all strings. */
export interface Row {
  readonly id: Id
  readonly date_created: string
}

/** The query of a list. Its records are sorted newest first, by date of creation and then by ID. */
export interface Query {
  /** IDs of the owners whose records are listed; all by default. */
  readonly owners?: readonly Id[]
  /** For each field, the values of which it must have one. */
  readonly where?: Readonly<Record<string, readonly Value[]>>
  readonly between?: Readonly<Record<string, Range>>
  readonly limit?: number
  /** Lists only records after this one, which are older. */
  readonly after?: Row
  /** Lists only records before this one, which are newer. */
  readonly before?: Row
}

export interface Page<R> {
  readonly data: readonly R[]
  readonly has_more: boolean
  readonly total_count: number
}
