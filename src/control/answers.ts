// The answers of the control API as schemas, for its OpenAPI document only; a test compares them with the types of the views.
import * as z from 'zod'
import { bucketSchemes } from '../engine/buckets.ts'
import { allErrors, type ErrorCatalogue } from '../engine/errors.ts'
import type { Definitions } from '../engine/resource.ts'
import {
  clock,
  count,
  delivery,
  domainEvent,
  fault,
  instant,
  listOf,
  reason,
  recordId,
  report,
  request,
  setup,
  snapshot,
  strings,
  world,
} from './answer-parts.ts'
import { descriptionAnswers } from './description-answers.ts'

/** The words of an API that its control calls use. */
export interface ControlledVocabulary {
  readonly definitions: Definitions
  readonly actions: Readonly<Record<string, unknown>>
  readonly errors: ErrorCatalogue
}

/** Every error of the control API. */
export const controlErrors = (errors: ErrorCatalogue) => ({
  ...allErrors(errors),
  'precondition-failed': {
    status: 412,
    when: 'If-Match or If-Unmodified-Since asks for another version of an object',
  },
  'range-not-satisfiable': { status: 416, when: 'Range asks for bytes beyond the end of an object' },
  'verification-failed': {
    status: 409,
    when: 'calls did not come as they should, or the scenario of a strict mock did not run as scripted',
  },
})

/** The answers of the control API and their parts, by the names that its route table and its document use. */
export function controlAnswers({ definitions, actions, errors }: ControlledVocabulary) {
  const names = Object.keys(definitions)
  const { resource, action } = descriptionAnswers(definitions)
  const change = z.enum(['created', 'changed', 'deleted'])
  const snapshotDiff = z.strictObject({
    clock: z.tuple([z.string(), z.string()]).readonly(),
    scenario: z.tuple([z.string(), z.string()]).readonly(),
    upcoming: z.tuple([z.number(), z.number()]).readonly(),
    records: listOf(
      z.strictObject({
        resource: z.enum(names),
        id: recordId,
        change,
        fields: z.record(z.string(), z.tuple([z.unknown(), z.unknown()]).readonly()),
      }),
    ),
    objects: listOf(
      z.strictObject({
        scheme: z.enum(bucketSchemes),
        bucket: z.string(),
        key: z.string(),
        change,
      }),
    ),
  })
  const cause = z.strictObject({
    call: count.optional().describe('The ID of a call in the journal.'),
    step: count.optional().describe('The number of a step of the scenario.'),
    action: z.string().optional(),
    work: z.string().optional().describe('The due work that ran.'),
  })
  const pastEvent = z.strictObject({
    at: instant,
    event: z.string(),
    resource: z.enum(names.filter((name) => !definitions[name]?.isSilent)),
    id: recordId,
    state: z.string().describe('The state of the record after the event.'),
    number: count.describe('Counts from 1 since the initial state.'),
    cause: cause.nullable(),
    reason: reason.describe('Why it happened, if a rule decided it.'),
  })
  const record = z.strictObject({
    shown: z.record(z.string(), z.unknown()).describe('As the API shows it to its organisation.'),
    dialects: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .describe('What each dialect sends, if they differ.'),
    hidden: z.record(z.string(), z.unknown()).describe('Fields that the API hides.'),
    stored: z
      .record(z.string(), z.unknown())
      .describe('Fields that the API sends with another value than the record has, with that of the record.'),
    actions: z.array(z.enum(Object.keys(actions))).readonly(),
    notes: z.record(z.string(), z.unknown()).describe('What else is known of it, such as when replaced tokens end.'),
    history: listOf(pastEvent).describe('The events about it, the oldest first.'),
  })
  const error = z.strictObject({
    error: z.enum(Object.keys(controlErrors(errors))),
    message: z.string(),
    params: z.record(z.string(), z.array(z.string())).optional(),
    count: count.optional(),
    near_misses: listOf(z.strictObject({ request, why: strings })).optional(),
  })
  return {
    index: z.strictObject({
      name: z.literal('ricloud-mock'),
      world: z.string().nullable(),
      scenario: z.string(),
      calls: listOf(z.strictObject({ call: z.string(), summary: z.string() })),
      resources: listOf(resource),
      actions: listOf(action),
      paths: strings.describe("The paths of the API's calls, with `*` for each parameter."),
    }),
    resource,
    action,
    health: z.strictObject({ status: z.literal('ok'), now: instant, seed: count }),
    clock,
    clock_change: clock.extend({ happened: listOf(domainEvent).describe('The first 10,000 events at most.') }),
    domain_event: domainEvent,
    action_result: z.strictObject({ happened: listOf(domainEvent) }),
    upcoming: z.strictObject({
      upcoming: listOf(
        z.strictObject({
          at: instant,
          action: z.string(),
          id: recordId,
          cause: cause.optional().describe('The call, step or action that scheduled it.'),
        }),
      ),
    }),
    scenarios: z.strictObject({ scenarios: listOf(z.strictObject({ name: z.string(), description: z.string() })) }),
    report,
    setup,
    state: z.record(z.string(), listOf(z.record(z.string(), z.unknown()))),
    changes: z.strictObject({
      version: count.describe('To be given as `since` next time.'),
      complete: z
        .boolean()
        .describe('Whether these are all records: the version is unknown or too old, or the world was reset since.'),
      records: z.record(
        z.string(),
        z.strictObject({
          fields: strings,
          rows: listOf(listOf(z.unknown())).describe(
            'Values in the order of the fields; in place of the view of a record its resource and ID.',
          ),
        }),
      ),
      removed: z.record(z.string(), listOf(recordId)).describe('The IDs of deleted records.'),
    }),
    fault,
    faults: z.strictObject({ faults: listOf(fault) }),
    disarmed: z.strictObject({ disarmed: count }),
    request,
    requests: z.strictObject({ requests: listOf(request), total_count: count }),
    verification: z.strictObject({ count, requests: listOf(request) }),
    delivery,
    deliveries: z.strictObject({ deliveries: listOf(delivery), total_count: count }),
    record,
    past_event: pastEvent,
    history: z.strictObject({ events: listOf(pastEvent) }),
    objects: z.strictObject({
      objects: listOf(
        z.strictObject({
          scheme: z.enum(bucketSchemes),
          bucket: z.string(),
          key: z.string(),
          type: z.string().describe('The Content-Type.'),
          size: count,
          md5: z.string().describe('In lower-case hex.'),
        }),
      ),
    }),
    object: z.string().describe('The bytes of the object, with its own Content-Type.'),
    coverage: z.strictObject({
      met: count,
      all: count,
      groups: z.record(
        z.string(),
        z.strictObject({
          met: z.record(z.string(), count).describe('How often each was met.'),
          never: strings,
        }),
      ),
    }),
    snapshot,
    snapshots: z.strictObject({ snapshots: listOf(snapshot) }),
    snapshot_diff: snapshotDiff,
    replay: z.looseObject({
      ricloud_mock: z.string().describe('The version that wrote it.'),
      format: count,
      test: z.string().nullable(),
      difference: z.string().nullable().describe('How a replay of it differed when it was written.'),
      inputs: listOf(z.looseObject({ do: z.string() })).describe('What reached the world, in order.'),
    }),
    world,
    worlds: z.strictObject({ worlds: listOf(world) }),
    document: z.looseObject({ openapi: z.string() }),
    stream: z.string().describe('Events of the kinds `request`, `event`, `clock` and `world`.'),
    error,
  }
}
