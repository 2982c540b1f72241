import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const webhookWrongSignature = defineScenario({
  scenario: 'webhook-wrong-signature',
  description: 'Sessions end after an hour; a copy of each event has the signature of another body.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '1h', webhook_copies: ['wrong'] },
})
