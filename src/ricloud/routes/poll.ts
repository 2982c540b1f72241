import * as z from 'zod'
import { integerId, notDatetime, text } from '../../engine/fields.ts'
import { created, ok, type Result } from '../../engine/http/route.ts'
import { shown as shownValue } from '../../engine/messages.ts'
import { queriedDatetime } from '../../engine/time/instant.ts'
import type { Payload, Records } from '../resources/index.ts'
import { find } from '../rules/access.ts'
import { createPoll, emptyReason } from '../rules/poll.ts'
import { errorsOf } from '../views.ts'
import { type Call, listRoute, retrieveRoute, route, shown } from './call.ts'

/** A data or info type, or a wildcard (assumed, `*` observed). */
const typePattern = /^(?:\*|[\w-]+\.\*|[\w-]+(?:\.[\w-]+)+(?:\.\*)?)$/
const typeName = z
  .string()
  .refine((given) => typePattern.test(given), {
    error: ({ input }) =>
      `must be a name such as "ios_messages.messages", or "ios_messages.*" or "*", got ${shownValue(input)}`,
  })
  .meta({ pattern: typePattern.source })

/** A datetime, as a filter takes it: without a time zone it is in UTC (observed in filters, assumed in bodies). */
export const datetime = z
  .string()
  .refine((given) => queriedDatetime(given) !== undefined, { error: ({ input }) => notDatetime(input) })
  .transform((given) => queriedDatetime(given) ?? given)
  .meta({ format: 'date-time' })

/** What a poll asks for (names observed, their checks assumed). */
export const PollPayload = z
  .object({
    info_types: z.array(typeName).optional(),
    data_types: z.array(typeName).optional(),
    files: z.array(text.max(4096)).optional(),
    since: datetime.optional(),
    until: datetime.optional(),
  })
  .superRefine(({ info_types, data_types, files, since, until }, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (!info_types && !data_types && !files) refuse([], 'must have info_types, data_types or files')
    if (since !== undefined && until !== undefined && until < since) {
      refuse(['until'], `must not be before since, ${shownValue(since)}, got ${shownValue(until)}`)
    }
  })

/** Parameters of `POST /polls` (observed): of a session, or of a subscription. */
export const NewPoll = z
  .object({
    session: text.nullable().optional(),
    source: integerId.nullable().optional(),
    subscription: text.nullable().optional(),
    payload: PollPayload,
  })
  .superRefine(({ session, source, subscription }, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message })
    if (!session && !subscription) refuse('session', 'is required, unless subscription is given')
    if (!subscription) return
    if (session) refuse('session', 'cannot be given together with subscription, which has its own')
    if (source) refuse('source', 'cannot be given together with subscription, which has its own')
  })

/** The errors where data cannot be asked for, by a poll or a subscription. */
export const pollErrors = ['unconfigured', 'session-expired', 'missing-scope', 'limit-exceeded']

/** Answers with a new record that asks for data; the log and the journal name a data type that is unknown. */
export function asking<Name extends 'poll' | 'subscription'>(
  call: Call,
  resource: Name,
  record: Records[Name],
  payload: Payload,
): Result {
  const result = created(shown(call, resource, record))
  const reason = emptyReason(call.world, record.source, payload)
  if (!reason) return result
  call.world.log('warn', `The ${resource} ${record.id} asks for what is unknown: ${reason.sentence}`)
  return { ...result, reason }
}

const pollOf = (call: Call) => find(call.world, call.caller, 'poll', call.params.id)

const session = 'e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627'
const examples = {
  data: { session, payload: { data_types: ['ios_messages.messages', 'whatsapp.messages'] } },
  all: { session, payload: { info_types: ['*'], data_types: ['*'], since: '2020-02-01T00:00:00.000000Z' } },
}

export const pollRoutes = [
  route({
    method: 'POST',
    path: '/polls',
    operation: 'createPoll',
    evidence: 'observed',
    summary: 'Ask for data, info or files of the source of an active session, or of a child of it',
    body: NewPoll,
    examples,
    answers: { 201: 'poll' },
    errors: pollErrors,
    handle: (call) => {
      const poll = createPoll(call.world, call.caller, call.body)
      return asking(call, 'poll', poll, poll.payload)
    },
  }),
  listRoute('poll', {
    operation: 'listPolls',
    evidence: 'observed',
    summary: 'List polls by session, subscription, requestor, key, user, source, state and dates',
  }),
  retrieveRoute('poll', {
    operation: 'retrievePoll',
    summary: 'One poll, with its tasks, results and errors so far',
    notOffered: 'Polls cannot be updated or deleted.',
  }),
  route({
    method: 'GET',
    path: '/polls/{id}/errors',
    operation: 'listPollErrors',
    evidence: 'assumed',
    summary: 'The errors of the tasks of a poll',
    answers: { 200: 'poll_errors' },
    handle: (call) => ok(errorsOf(call, pollOf(call))),
  }),
]
