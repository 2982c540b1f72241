import type { ApiError } from '../errors.ts'
import type { Close } from '../faults.ts'

/** Headers by name, in lower case. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** A service that stores objects and answers in its own protocol: S3, or Google Cloud Storage. */
export type ObjectStore = 's3' | 'gcs'

/** A request, in the form that all adapters pass to the router. */
export interface Incoming {
  /** The object store that the request was sent to; undefined for the API and the control API. */
  readonly store?: ObjectStore | undefined
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  /** Scheme and host that the request was sent to, if they are known. */
  readonly origin?: string | undefined
  readonly header: (name: string) => string | null | undefined
  /** All headers, for the journal. */
  readonly headers: () => HeaderValues
  /** The whole body, as `decodeBody` reads it; undefined if it is longer than the limit. */
  body(limit: number): Promise<string | undefined>
}

/** The router's answer, which an adapter sends. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Texts that make up the body, where others keep them as well. */
  readonly parts?: readonly string[] | undefined
  /** Sent in place of the body. */
  readonly bytes?: Uint8Array
  /** Instead of a body, starts a stream of text. Returns a function that stops it. */
  readonly stream?: (send: (text: string) => void) => () => void
  /** The code of an error of an object store, for the log. */
  readonly error?: string
  /** A scripted fault: the connection ends before, or in the middle of, the answer. */
  readonly close?: Close
}

/** The answer for an error outside of the router. */
export const errorResponse = (error: ApiError): Answer => ({
  status: error.status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(error.body()),
})

/** What answers requests: a mock. */
export interface Responder {
  /** The answer, at once where nothing is to be waited for. */
  respond(incoming: Incoming): Answer | Promise<Answer>
}
