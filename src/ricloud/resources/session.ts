import * as z from 'zod'
import { integerId, oneOf, text } from '../../engine/fields.ts'
import type { Filters } from '../../engine/http/list.ts'
import type { ListedView } from '../../engine/http/list-cache.ts'
import type { Viewer } from '../dialect.ts'
import { type Session, sessionStates } from './records.ts'
import { aboutSource, NewSource, type SourceView, showSource } from './source.ts'

/** Parameters of `POST /sessions` (documented); what the payload must hold depends on the service, as in `payloads`. */
export const NewSession = z.object({ source: NewSource, payload: z.object({}).loose() })

/** What each service wants in the payload (documented for iCloud; which fields are required is assumed). */
export const payloads = {
  'icloud.account': z.object({ password: text, code: text.optional() }),
  'rirelay.instance': z.object({ code: text }),
  'mocks.mock': z.object({}).loose(),
} satisfies Record<z.infer<typeof NewSource>['type'], z.ZodObject>

/** Filters of `GET /sessions` (documented). */
export const sessionFilters = {
  key: integerId,
  user: integerId,
  source: integerId,
  state: oneOf(sessionStates),
  date_created: 'datetime',
  date_expired: 'datetime',
} satisfies Filters

/** A session as the API sends it, its source within (documented). */
export function showSession(viewer: Viewer, session: Session) {
  const source = viewer.world.tables.source.get(session.source)
  return {
    id: session.id,
    resource: 'session' as const,
    organisation: session.organisation,
    key: session.key,
    user: session.user,
    source: source ? (showSource(viewer, source) satisfies SourceView) : session.source,
    state: session.state,
    error: shownError(viewer, session),
    date_created: session.date_created,
    date_expired: session.date_expired,
  }
}

/** The pages know one error of a failed initialisation (documented); the official client tells them apart (observed). */
function shownError({ dialect }: Viewer, { state, error }: Session): string | null {
  return state === 'failed' && dialect === 'documented' ? 'init_failed' : error
}

/** In lists; it shows its source too. */
export const shownSession: ListedView<Session> = {
  show: showSession,
  about: (viewer, session) => {
    const source = viewer.world.tables.source.get(session.source)
    return source && aboutSource(viewer, source)
  },
}
