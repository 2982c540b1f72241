import type { InitError, SourceState, SourceType } from '../db/records.ts'

/** What a session asks a service for. */
export interface Request {
  readonly type: SourceType
  readonly identifier: string
  /** What the source's state says of the service: it declines while the source is locked. */
  readonly state: SourceState
}

/** How the service decides. */
export type Decision = { readonly outcome: 'success' } | { readonly outcome: 'failure'; readonly error: InitError }

/** Asks the external service behind a source: it accepts all but a locked source (which error is assumed). */
export function decide(request: Request): Decision {
  if (request.state === 'locked') return { outcome: 'failure', error: 'source-locked' }
  return { outcome: 'success' }
}
