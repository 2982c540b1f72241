import * as z from 'zod'
import { text } from '../../engine/fields.ts'
import { parse } from '../../engine/http/parse.ts'
import { alsoRequires, having, ofType } from '../../engine/http/request-rules.ts'
import { created, ok } from '../../engine/http/route.ts'
import { readAwait } from '../await.ts'
import { findOwn } from '../rules/access.ts'
import { endSession, startSession } from '../rules/session.ts'
import { type Call, listRoute, retrieveRoute, route, shown } from './call.ts'
import { NewSource } from './source.ts'

/** The payload of each type of source (documented for iCloud; which fields are required is assumed). */
export const payloads = {
  'icloud.account': z.object({ password: text, code: text.optional() }),
  'rirelay.instance': z.object({ code: text }),
  'mocks.mock': z.object({}).loose(),
} satisfies Record<z.infer<typeof NewSource>['type'], z.ZodObject>

/** Parameters of `POST /sessions` (documented); the schema of the payload depends on the type of source. */
export const NewSession = z.object({ source: NewSource, payload: z.object({}).loose() }).meta(
  alsoRequires((schemaOf) => ({
    allOf: Object.entries(payloads)
      .filter(([, payload]) => Object.keys(payload.shape).length > 0)
      .map(([type, payload]) => ({
        if: having({ source: ofType(type) }),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: having({ payload: schemaOf(payload) }),
      })),
  })),
)

const ownSession = (call: Call) => findOwn(call.world, call.caller, 'session', call.params.id)

const account = { user: 1, type: 'icloud.account', identifier: 'john.appleseed@reincubate.com' }
const examples = {
  account: { source: account, payload: { password: '1234' } },
  secondFactor: { source: account, payload: { password: '1234', code: '123456' } },
  relay: { source: { user: 1, type: 'rirelay.instance' }, payload: { code: 'A1B2C3' } },
}

export const sessionRoutes = [
  route({
    method: 'POST',
    path: '/sessions',
    operation: 'startSession',
    evidence: 'documented',
    summary: 'Start a session on a source; `Ricloud-Await: <seconds>` waits for the service to decide',
    body: NewSession,
    examples,
    awaits: true,
    answers: { 201: 'session' },
    errors: ['missing-scope', 'limit-exceeded'],
    handle: async (call) => {
      const { source, payload } = call.body
      parse(payloads[source.type], payload, call.ignore, 'payload.')
      const { session, work } = startSession(call.world, call.caller, { source, payload })
      const wait = readAwait(call.header('ricloud-await'))
      const isOpen = () => !work || call.world.isPending(work)
      if (wait > 0) await call.world.time.waitUntil(isOpen, work?.at, wait)
      return created(shown(call, 'session', call.world.tables.session.get(session.id) ?? session))
    },
  }),
  listRoute('session', {
    operation: 'listSessions',
    summary: 'List sessions by key, user, source, state and dates',
  }),
  retrieveRoute('session', {
    operation: 'retrieveSession',
    summary: 'One session, with its source',
    notOffered: 'Sessions cannot be updated.',
  }),
  route({
    method: 'DELETE',
    path: '/sessions/{id}',
    operation: 'deleteSession',
    evidence: 'documented',
    summary: 'End a session with `organisation`; its record stays',
    answers: { 200: 'session' },
    handle: (call) => ok(shown(call, 'session', endSession(call.world, ownSession(call)))),
  }),
]
