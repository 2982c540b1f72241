import type { Evidence } from './errors.ts'

/** An attribute of records, lists (`list`) or errors (`error`) in answers that decides a fact. */
interface AttributeSign {
  readonly resource: string
  readonly attribute: string
  /** Attributes of the same object, and the values that they must have. */
  readonly where?: Readonly<Record<string, string | null>>
}

/** A kind of call whose status and error code decide a fact. */
interface CallSign {
  /** Such as `POST /sessions` or `* /keys/*`; `*` stands for any method, or an ID; `* /*` is every call. */
  readonly call: string
  /** The code that the mock answers with; null for success. Without it, any. */
  readonly error?: string | null
  /** Names of parameters in the query, of which the call has at least one. */
  readonly parameters?: readonly string[]
  /** Whether equal answers prove nothing, because they may have another reason. */
  readonly isOneSided?: true
}

export type Sign = AttributeSign | CallSign

/** A statement about an API that a recording can confirm or refute. */
export interface Fact {
  readonly evidence: Evidence
  /** One or a few sentences. */
  readonly text: string
  /** What of a recorded call decides it; without any, a recording cannot. */
  readonly signs?: readonly Sign[]
}

/** Facts by their IDs, which never change: `session.failed.date_expired`. */
export type Facts = Readonly<Record<string, Fact>>
