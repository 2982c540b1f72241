// The answers of the control API as schemas, for its OpenAPI document only; a test compares them with the types of the views.
import * as z from 'zod'
import { allErrors, type ErrorCatalogue } from '../engine/errors.ts'
import type { Definitions } from '../engine/resource.ts'

/** The words of an API that its control calls use. */
export interface ControlledVocabulary {
  readonly definitions: Definitions
  readonly actions: Readonly<Record<string, unknown>>
  readonly errors: ErrorCatalogue
}

const attributeType = z.enum([
  'boolean',
  'choice',
  'datetime',
  'id',
  'integer',
  'json',
  'list',
  'nested',
  'text',
  'uuid',
])

const count = z.int().nonnegative()
const instant = z.string().describe('Virtual time: ISO 8601, microseconds, UTC.')
const strings = z.array(z.string()).readonly()
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly()

const clock = z.strictObject({
  now: instant,
  frozen: z.boolean(),
  speed: z.number().describe('Virtual seconds for each real one.'),
})

const domainEvent = z.strictObject({
  at: instant,
  event: z.string(),
  resource: z.record(z.string(), z.unknown()).describe('As the API would have sent it at that moment.'),
})

const report = z.strictObject({
  scenario: z.string(),
  description: z.string(),
  began: instant,
  steps: listOf(z.strictObject({ step: z.string(), fired: count })),
  accounts: listOf(z.strictObject({ account: z.string(), used: z.boolean() })),
  faults: listOf(z.strictObject({ fault: z.string(), struck: count })),
  problems: strings.describe('Steps that failed, and why.'),
  unfired: strings.describe('Everything above that never fired.'),
})

const setup = z.strictObject({
  settings: z.record(z.string(), z.unknown()).describe('As the option `settings` takes them: durations such as `6h`.'),
  changed: strings.describe('The names of the settings that differ from the defaults.'),
  accounts: listOf(
    z.strictObject({
      account: z.string(),
      description: z.string().describe('What it does, in words.'),
      used: z.boolean(),
      built_in: z.boolean().describe('Whether the API defines it, and not the scenario.'),
    }),
  ).describe('The first that matches a source counts.'),
})

const fault = z.strictObject({
  fault: z.string().describe('The fault on one line.'),
  on: z.string(),
  armed: z.boolean(),
  spent: z.boolean().describe('Whether it will strike no call any more: its calls or its time are over.'),
  struck: count,
  nth: count.optional(),
  first: count.optional(),
  every: count.optional(),
  probability: z.number().optional(),
  between: strings.optional(),
  answer: z.strictObject({ status: z.int(), retry_after: z.string().optional() }).optional(),
  delay: z.string().optional(),
  close: z.string().optional(),
})

const reason = z
  .strictObject({
    rule: z.string().describe('The rule that decided.'),
    fact: z.string().optional().describe('The ID of the assumption that it relies on, if any.'),
    values: z.record(z.string(), z.unknown()).describe('What it compared.'),
    sentence: z.string(),
    change: z
      .strictObject({
        method: z.enum(['POST', 'DELETE']),
        path: z.string(),
        body: z.record(z.string(), z.unknown()).optional(),
      })
      .optional()
      .describe('The control call that would change it.'),
  })
  .nullable()

const headers = z.record(z.string(), z.union([z.string(), strings]))

const request = z.strictObject({
  id: count,
  at: instant,
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.union([z.string(), strings])),
  route: z.string().nullable(),
  deprecated: z.string().nullable().describe('What to call instead of a deprecated call.'),
  caller: z.record(z.string(), z.int()).nullable().describe('IDs of who called.'),
  status: z.int().describe('0 where a scripted fault closed the connection instead of an answer.'),
  error: z.string().nullable(),
  message: z.string().nullable(),
  duration_ms: z.number(),
  decided_by: strings.describe('The scripted fault that struck it, and the steps that fired while it was handled.'),
  ignored: strings,
  body: z.unknown(),
  body_length: count,
  headers: headers.describe('Of the request.'),
  answer: z
    .strictObject({
      headers,
      body: z.unknown().describe('The JSON body, or what its first 16 Ki characters hold; null if it is not JSON.'),
      body_length: count.describe('In characters; in bytes if it is not text.'),
      is_cut: z.boolean(),
    })
    .nullable()
    .describe('Null where a scripted fault closed the connection instead.'),
  about: z
    .strictObject({
      resource: z.string(),
      id: z.union([z.string(), z.number()]),
      label: z.string().describe('What people call it.'),
      state: z.string().nullable().describe('The one that the call led to, also later.'),
      error: z.string().nullable(),
    })
    .nullable()
    .describe('The record that the call was about.'),
  caused: listOf(count).describe('The numbers of the events that it caused, at once or by work that it scheduled.'),
  reason: reason.describe('Why it was no plain success, or its record is in this state.'),
})

const snapshot = z.strictObject({ name: z.string(), at: instant, scenario: z.string() })

const world = z.strictObject({
  id: z.string(),
  token: z.string().describe('The token alone decides that a call reaches this world.'),
  scenario: z.string(),
  seed: count,
  now: instant,
})

const delivery = z.strictObject({
  id: z.string().describe('The ID of the event.'),
  event: z.string(),
  number: count.nullable().describe('That of the past event that it tells of; null for a test.'),
  state: z.enum(['pending', 'delivered', 'failed']),
  webhook_config: z.int(),
  url: z.string().nullable(),
  fingerprint: z.string().nullable().describe('Of the present secret of the webhook config, as in attempts.'),
  date: instant.describe('When the event occurred.'),
  record: z.strictObject({ resource: z.string(), id: z.union([z.string(), z.number()]) }).nullable(),
  next: instant.nullable().describe('When it is attempted again.'),
  attempts: listOf(
    z.strictObject({
      at: instant,
      status: z.int().nullable(),
      error: z.string().nullable(),
      unsent: z.boolean().describe('Whether nothing was sent, for the reason in `error`.'),
      redelivered: z.boolean().describe('Whether it was a copy, beside the attempts of the API.'),
      signature: z.enum(['wrong', 'old', 'rotated']).optional().describe('How a copy was signed wrongly.'),
      fingerprint: z.string().optional().describe('Four characters for the secret that signed it as it should be.'),
    }),
  ),
})

/** Every error of the control API. */
export const controlErrors = (errors: ErrorCatalogue) => ({
  ...allErrors(errors),
  'verification-failed': {
    status: 409,
    when: 'calls did not come as they should, or the scenario of a strict mock did not run as scripted',
  },
})

/** The answers of the control API and their parts, by the names that its route table and its document use. */
export function controlAnswers({ definitions, actions, errors }: ControlledVocabulary) {
  const names = Object.keys(definitions)
  const snapshotDiff = z.strictObject({
    clock: z.tuple([z.string(), z.string()]).readonly(),
    scenario: z.tuple([z.string(), z.string()]).readonly(),
    upcoming: z.tuple([z.number(), z.number()]).readonly(),
    records: listOf(
      z.strictObject({
        resource: z.enum(names),
        id: z.union([z.string(), z.number()]),
        change: z.enum(['created', 'changed', 'deleted']),
        fields: z.record(z.string(), z.tuple([z.unknown(), z.unknown()]).readonly()),
      }),
    ),
    objects: listOf(
      z.strictObject({ bucket: z.string(), key: z.string(), change: z.enum(['created', 'changed', 'deleted']) }),
    ),
  })
  const cause = z.strictObject({
    call: count.optional().describe('The ID of a call in the journal.'),
    step: count.optional().describe('The number of a step of the scenario.'),
    action: z.string().optional(),
    work: z.string().optional().describe('The due work that ran.'),
  })
  const recordId = z.union([z.string(), z.number()])
  const pastEvent = z.strictObject({
    at: instant,
    event: z.string(),
    resource: z.enum(names.filter((name) => !definitions[name]?.isSilent)),
    id: z.union([z.string(), z.number()]),
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
  const name = z.enum(names)
  const resource = z.strictObject({
    name,
    title: z.string().describe('The plural for people.'),
    short_title: z.string().nullable().describe('The title of narrow columns that hold its ID.'),
    path: z.string(),
    emits_events: z.boolean().describe('Whether moves of its lifecycle emit events.'),
    id: z.enum(['integer', 'uuid']),
    states: listOf(
      z.strictObject({
        name: z.string(),
        tone: z.enum(['good', 'wait', 'bad', 'hold', 'over']),
        moves: z.record(z.string(), strings).describe('The states that each verb leads to; none if it is final.'),
      }),
    ),
    attributes: listOf(
      z.strictObject({
        name: z.string(),
        type: attributeType,
        to: name.nullable().describe('The resource that it refers to.'),
        nullable: z.boolean(),
        hidden: z.boolean().describe('Whether the API does not send it.'),
      }),
    ).describe('In the order in which they are sent, those that are hidden last.'),
    label: z.string().nullable().describe('The attribute that names a record to people.'),
    content: z.string().nullable().describe('The attribute with the URL of an object in a bucket.'),
    table: z
      .strictObject({ position: count, columns: strings, hint: z.string().nullable() })
      .nullable()
      .describe('How the inspector shows its records as a table.'),
    time_line: z
      .strictObject({
        end: z.string(),
        start: z.string(),
        below: z.string().nullable(),
        part_of: z.string().nullable(),
        repeats: z.strictObject({ every: z.string(), until: z.string() }).nullable(),
        grace: z.strictObject({ of: z.string(), begins: z.string(), ends: z.string(), due: z.string() }).nullable(),
      })
      .nullable()
      .describe('How the inspector shows its records on the time line.'),
    due_work: strings.describe('The names of the due work that comes to its records.'),
  })
  const action = z.strictObject({
    name: z.string(),
    description: z.string(),
    targets: z.array(name).readonly().describe('The resources that it is done to.'),
    details: listOf(
      z.strictObject({
        name: z.string(),
        options: listOf(
          z.strictObject({
            value: z.union([z.string(), z.number(), z.boolean(), z.null()]).describe('Null to leave the detail out.'),
            label: z.string(),
          }),
        ),
      }),
    ).describe('The details that can be chosen from some values, the usual one first.'),
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
