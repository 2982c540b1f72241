import type * as z from 'zod'
import type { StoredObject } from '../buckets.ts'
import type { Evidence } from '../errors.ts'
import type { Reason } from '../reason.ts'
import type { Answer, Incoming } from './exchange.ts'
import type { Ignore } from './parse.ts'

/** The parts of a request that a handler gets in addition to the context. */
export interface RequestParts<Body> {
  /** The values of the path parameters. */
  readonly params: { readonly id: string; readonly [name: string]: string }
  /** Path and query, as sent. */
  readonly url: string
  /** Parses the query; only called by handlers that need it. */
  search(): URLSearchParams
  readonly body: Body
  readonly ignore: Ignore
  readonly header: Incoming['header']
}

/** The result of a handler: a view, the JSON of one, a stream of events, or bytes. */
export interface Result {
  readonly status: 200 | 201
  /** Beside the JSON, only what a scenario may need: it can be a getter. */
  readonly view?: object
  readonly json?: string
  /** Texts that make up the JSON, where others keep them as well. */
  readonly parts?: readonly string[]
  /** The page of a list. */
  readonly page?: { readonly data: readonly unknown[] }
  /** Why a list is empty, where the call is likely to be mistaken. */
  readonly reason?: Reason | undefined
  readonly stream?: Answer['stream']
  /** An object whose bytes are sent, or a part of them: see `contentOf`. */
  readonly content?: StoredObject
}

/** 200 with a view. */
export const ok = (view: object): Result => ({ status: 200, view })
/** 201 with the view of a new instance (documented). */
export const created = (view: object): Result => ({ status: 201, view })

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One row of the route table, from which handlers, the table of endpoints, documents and the coverage test are derived. */
export interface Route<Context, Body = unknown> {
  readonly method: Method
  /** With parameter names in braces: `/users/{id}`. */
  readonly path: string
  /** The operation ID in documents: `startSession`. */
  readonly operation?: string
  readonly evidence: Evidence
  readonly summary: string
  /** Text added to the error for a method that the path does not offer. */
  readonly notOffered?: string
  /** The schema of the body; without it, all parameters in the body are ignored. */
  readonly body?: z.ZodType<Body>
  /** Example bodies that the default world accepts, by title. */
  readonly examples?: Readonly<Record<string, object>>
  /** The parameters of the query beyond those of every list; without it, the whole query is ignored. */
  readonly query?: Readonly<Record<string, z.ZodType | 'datetime'>>
  /** Whether the header `Ricloud-Await` delays the answer. */
  readonly awaits?: true
  /** The names of the schemas of successful answers, by status: that of a handler, or 206 for a part of an object. */
  readonly answers?: { readonly [status in Result['status'] | 206]?: string }
  /** The codes of errors that do not already follow from method, path, body and query. */
  readonly errors?: readonly string[]
  /** Whether a call changes nothing, though its method is not GET. */
  readonly isReadOnly?: true
  /** What to call instead; without it, the call is not deprecated. */
  readonly deprecated?: string
  /** The tag in the OpenAPI document, if it differs from the one derived from the path. */
  readonly tag?: string
  /** What a call waits for before it is handled: by default for records that are generated, and then for due work. */
  readonly waitsFor?: 'records' | 'nothing'
  handle(call: Context & RequestParts<Body>): Result | Promise<Result>
}
