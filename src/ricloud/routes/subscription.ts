import * as z from 'zod'
import { integerId, text } from '../../engine/fields.ts'
import { ok } from '../../engine/http/route.ts'
import { shown as shownValue } from '../../engine/messages.ts'
import { findOwn } from '../rules/access.ts'
import { createSubscription, deleteSubscription } from '../rules/subscription.ts'
import { type Call, listRoute, retrieveRoute, route, shown } from './call.ts'
import { asking, datetime, PollPayload, pollErrors } from './poll.ts'

const seconds = { error: 'must be a whole number of seconds, at least 1' }

/** Parameters of `POST /subscriptions` (documented, their checks assumed). */
export const NewSubscription = z
  .object({
    session: text,
    source: integerId.nullable().optional(),
    poll_payload: PollPayload,
    interval: z.int(seconds).positive(seconds).nullable().optional(),
    date_start: datetime.nullable().optional(),
    date_end: datetime.nullable().optional(),
  })
  .superRefine(({ poll_payload, date_start, date_end }, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message })
    const { info_types = [], data_types = [], files = [] } = poll_payload
    if (info_types.length + data_types.length + files.length === 0) {
      refuse('poll_payload', 'must name at least one type or file')
    }
    if (date_start && date_end && date_end <= date_start) {
      refuse('date_end', `must be after date_start, ${shownValue(date_start)}, got ${shownValue(date_end)}`)
    }
  })

const ownSubscription = (call: Call) => findOwn(call.world, call.caller, 'subscription', call.params.id)

export const subscriptionRoutes = [
  route({
    method: 'POST',
    path: '/subscriptions',
    operation: 'createSubscription',
    evidence: 'documented',
    summary: 'Subscribe to data of the source of an active session, or of a child of it',
    body: NewSubscription,
    examples: {
      twoHourly: {
        session: 'e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627',
        poll_payload: { data_types: ['ios_messages.messages', 'whatsapp.messages'] },
        interval: 7200,
      },
    },
    answers: { 201: 'subscription' },
    errors: pollErrors,
    handle: (call) => {
      const subscription = createSubscription(call.world, call.caller, call.body)
      return asking(call, 'subscription', subscription, subscription.poll_payload)
    },
  }),
  listRoute('subscription', {
    operation: 'listSubscriptions',
    evidence: 'observed',
    summary: 'List subscriptions by session, source, state and date',
  }),
  retrieveRoute('subscription', {
    operation: 'retrieveSubscription',
    evidence: 'observed',
    summary: 'One subscription',
    notOffered: 'Subscriptions cannot be updated.',
  }),
  route({
    method: 'DELETE',
    path: '/subscriptions/{id}',
    operation: 'deleteSubscription',
    evidence: 'observed',
    summary: 'Delete a subscription, which makes no more polls; its record stays',
    answers: { 200: 'subscription' },
    handle: (call) => ok(shown(call, 'subscription', deleteSubscription(call.world, ownSubscription(call)))),
  }),
]
