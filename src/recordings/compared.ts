import type { ErrorCatalogue } from '../engine/errors.ts'
import type { Facts } from '../engine/fact.ts'
import type { Definitions } from '../engine/resource.ts'
import type { Finding } from './answer-check.ts'
import type { CallRow } from './routes.ts'

/** The parts of a mock that a replay uses. */
export interface ReplayedMock {
  fetch(url: string, init?: RequestInit): Promise<Response>
  readonly clock: { now(): string; set(instant: string): Promise<unknown> }
  readonly actions: object
  readonly snapshots: { save(name: string): unknown; restore(name: string): unknown }
  record(resource: string, id: string | number): { readonly shown: object }
}

/** The parts of an API's description that a comparison uses. */
export interface ComparedApi {
  readonly definitions: Definitions
  readonly routes: readonly CallRow[]
  readonly errors: ErrorCatalogue
  readonly facts: Facts
  /** The attribute with the token of calls, after its resource and a dot. */
  readonly token: string
}

export const verdicts = ['agrees', 'contradicts', 'not offered', 'skipped', 'redacted', 'excused'] as const
export type Verdict = (typeof verdicts)[number]

/** A call of a recording, and what its comparison found. */
export interface ComparedCall {
  readonly place: string
  readonly at: string
  /** Method, path of the route and names of parameters: no values. */
  readonly call: string
  readonly status: number
  readonly verdict: Verdict
  /** Why it was not compared, or only in part. */
  readonly why?: string
  readonly findings: readonly Finding[]
  /** What services, owners and administrators did meanwhile, as the recording shows it. */
  readonly followed: readonly string[]
}
