import { readAwait } from '../contract/await.ts'
import { parse } from '../contract/parse.ts'
import { NewSession, payloads, sessionFilters, shownSession, showSession } from '../contract/session.ts'
import { find, findOwn } from '../domain/access.ts'
import { endSession, startSession } from '../domain/session.ts'
import { answerList, type Call, route } from './call.ts'
import { created, ok } from './route.ts'

const sessionOf = (call: Call) => find(call.world, call.caller, 'session', call.params.id)
const ownSession = (call: Call) => findOwn(call.world, call.caller, 'session', call.params.id)

export const sessionRoutes = [
  route({
    method: 'POST',
    path: '/sessions',
    evidence: 'documented',
    summary: 'Start a session on a source; `Ricloud-Await: <seconds>` waits for the service to decide',
    body: NewSession,
    handle: async (call) => {
      const { source, payload } = call.body
      parse(payloads[source.type], payload, call.ignore, 'payload.')
      const { session, work } = startSession(call.world, call.caller, { source, payload })
      const wait = readAwait(call.header('ricloud-await'))
      if (wait > 0) await call.world.settled(work, wait)
      return created(showSession(call, call.world.tables.session.get(session.id) ?? session))
    },
  }),
  route({
    method: 'GET',
    path: '/sessions',
    evidence: 'documented',
    summary: 'List sessions by key, user, source, state and dates',
    query: true,
    handle: (call) => answerList(call, 'session', sessionFilters, shownSession),
  }),
  route({
    method: 'GET',
    path: '/sessions/{id}',
    evidence: 'documented',
    summary: 'One session, its source within',
    notOffered: 'Sessions cannot be updated.',
    handle: (call) => ok(showSession(call, sessionOf(call))),
  }),
  route({
    method: 'DELETE',
    path: '/sessions/{id}',
    evidence: 'documented',
    summary: 'End a session with `organisation`; its record stays',
    handle: (call) => ok(showSession(call, endSession(call.world, ownSession(call)))),
  }),
]
