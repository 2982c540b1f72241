import { parse } from '../../engine/http/parse.ts'
import { created, ok } from '../../engine/http/router.ts'
import { readAwait } from '../await.ts'
import { NewSession, payloads, sessionFilters, shownSession, showSession } from '../resources/session.ts'
import { find, findOwn } from '../rules/access.ts'
import { endSession, startSession } from '../rules/session.ts'
import { answerList, type Call, route } from './call.ts'

const sessionOf = (call: Call) => find(call.world, call.caller, 'session', call.params.id)
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
    errors: ['unconfigured', 'missing-scope', 'limit-exceeded'],
    handle: async (call) => {
      const { source, payload } = call.body
      parse(payloads[source.type], payload, call.ignore, 'payload.')
      const { session, work } = startSession(call.world, call.caller, { source, payload })
      const wait = readAwait(call.header('ricloud-await'))
      const isOpen = () => !work || call.world.dueHandlers.get(work.action)?.holds(call.world, work) === true
      if (wait > 0) await call.world.waitUntil(isOpen, work?.at, wait)
      return created(showSession(call, call.world.tables.session.get(session.id) ?? session))
    },
  }),
  route({
    method: 'GET',
    path: '/sessions',
    operation: 'listSessions',
    evidence: 'documented',
    summary: 'List sessions by key, user, source, state and dates',
    query: sessionFilters,
    answers: { 200: 'session_list' },
    handle: (call) => answerList(call, 'session', sessionFilters, shownSession),
  }),
  route({
    method: 'GET',
    path: '/sessions/{id}',
    operation: 'retrieveSession',
    evidence: 'documented',
    summary: 'One session, its source within',
    notOffered: 'Sessions cannot be updated.',
    answers: { 200: 'session' },
    handle: (call) => ok(showSession(call, sessionOf(call))),
  }),
  route({
    method: 'DELETE',
    path: '/sessions/{id}',
    operation: 'deleteSession',
    evidence: 'documented',
    summary: 'End a session with `organisation`; its record stays',
    answers: { 200: 'session' },
    handle: (call) => ok(showSession(call, endSession(call.world, ownSession(call)))),
  }),
]
