import type { ApiError } from '../errors.ts'
import type { Close } from '../faults.ts'

/** A request as every door hands it in. */
export interface Incoming {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  readonly header: (name: string) => string | null | undefined
  /** The whole body; undefined if it is longer than the limit. */
  body(limit: number): Promise<string | undefined>
}

/** What every door sends back. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** In place of the body, text that comes as long as somebody listens; gives back how to stop it. */
  readonly stream?: (send: (text: string) => void) => () => void
  /** A scripted fault: the connection ends before, or in the middle of, the answer. */
  readonly close?: Close
}

/** The answer that tells an error. */
export const errorResponse = (error: ApiError): Answer => ({
  status: error.status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(error.body()),
})
