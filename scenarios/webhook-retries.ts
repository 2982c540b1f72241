import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const webhookRetries = defineScenario({
  scenario: 'webhook-retries',
  description: 'Sessions end after an hour, and the webhook fails twice before it accepts the event.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '1h', webhook_answers: [503, 500, 200] },
})
