// Parts of the answers of the control API that are the same for every API.
import * as z from 'zod'

export const count = z.int().nonnegative()
export const instant = z.string().describe('Virtual time: ISO 8601, microseconds, UTC.')
export const recordId = z.union([z.string(), z.number()])
export const strings = z.array(z.string()).readonly()
export const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly()

export const clock = z.strictObject({
  now: instant,
  frozen: z.boolean(),
  speed: z.number().describe('Virtual seconds for each real one.'),
})

export const domainEvent = z.strictObject({
  at: instant,
  event: z.string(),
  resource: z.record(z.string(), z.unknown()).describe('As the API would have sent it at that moment.'),
})

export const report = z.strictObject({
  scenario: z.string(),
  description: z.string(),
  began: instant,
  steps: listOf(z.strictObject({ step: z.string(), fired: count })),
  accounts: listOf(z.strictObject({ account: z.string(), used: z.boolean() })),
  faults: listOf(z.strictObject({ fault: z.string(), struck: count })),
  problems: strings.describe('Steps that failed, and why.'),
  unfired: strings.describe('Everything above that never fired.'),
})

export const setup = z.strictObject({
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

export const fault = z.strictObject({
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

export const reason = z
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

export const request = z.strictObject({
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
      id: recordId,
      label: z.string().describe('What people call it.'),
      state: z.string().nullable().describe('The one that the call led to, also later.'),
      error: z.string().nullable(),
    })
    .nullable()
    .describe('The record that the call was about.'),
  caused: listOf(count).describe('The numbers of the events that it caused, at once or by work that it scheduled.'),
  reason: reason.describe('Why it was no plain success, or its record is in this state.'),
})

export const snapshot = z.strictObject({ name: z.string(), at: instant, scenario: z.string() })

export const world = z.strictObject({
  id: z.string(),
  token: z.string().describe('The token alone decides that a call reaches this world.'),
  scenario: z.string(),
  seed: count,
  now: instant,
})

export const delivery = z.strictObject({
  id: z.string().describe('The ID of the event.'),
  event: z.string(),
  number: count.nullable().describe('That of the past event that it tells of; null for a test.'),
  state: z.enum(['pending', 'delivered', 'failed']),
  webhook_config: z.int(),
  url: z.string().nullable(),
  fingerprint: z.string().nullable().describe('Of the present secret of the webhook config, as in attempts.'),
  date: instant.describe('When the event occurred.'),
  record: z.strictObject({ resource: z.string(), id: recordId }).nullable(),
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
