import type { ApiError } from '../errors.ts'
import type { Fault } from '../faults.ts'
import type { Reason } from '../reason.ts'
import type { CallInput } from '../recorder.ts'
import type { Instant } from '../time/instant.ts'
import type { Answer, HeaderValues, Incoming } from './exchange.ts'
import type { RequestParts, Result, Route } from './route.ts'
import type { Match } from './route-tree.ts'

/** While nothing is answered, and where the connection is closed instead. */
export const unanswered: Answer = { status: 0, headers: {}, body: '' }

/** The target of calls, with the method of the last one that a route was found for. */
export interface Target<Route> {
  /** Path and query, as sent: a copy, unless it is longer than `longestText`. */
  readonly url: string
  readonly path: string
  method: string
  match: Match<Route> | undefined
}

/**
 * A call that is being handled. It has all its properties from the beginning and is itself what the hooks get: a copy by
 * spread, with properties added, would take more time than the handler.
 */
export class CallInProgress<Context> {
  readonly path: string
  readonly headers: HeaderValues
  /** Empty if it is too long. */
  body = ''
  /** The body, once it was read; undefined if it is too long. */
  text: string | undefined = ''
  /** What the hook `received` returned. */
  input: CallInput | undefined = undefined
  route: Route<Context> | undefined = undefined
  params: RequestParts<unknown>['params'] | undefined = undefined
  /** Undefined if the call was rejected before its caller was known. */
  context: Context | undefined = undefined
  fault: Fault | undefined = undefined
  error: ApiError | undefined = undefined
  /** The result of the handler; undefined where it is JSON. */
  view: object | undefined = undefined
  /** The page that a list answered with. */
  page: Result['page'] = undefined
  /** Why it succeeded as it did, where that is said. */
  reason: Reason | undefined = undefined
  /** With the status 0 if the connection was closed instead. */
  answer: Answer = unanswered
  /** The duration in real time. */
  milliseconds = 0
  /** The header `Date`, once it can be answered. */
  date: string | undefined = undefined
  /** The names of parameters that were ignored. */
  readonly ignored: string[] = []

  constructor(
    /** What the hook `began` returned. */
    readonly id: number,
    readonly at: Instant,
    readonly incoming: Incoming,
    /** When it began, by `stopwatch`. */
    readonly began: number,
    readonly target: Target<Route<Context>>,
  ) {
    this.path = target.path
    this.headers = incoming.headers()
  }
}
