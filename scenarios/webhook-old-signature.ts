import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const webhookOldSignature = defineScenario({
  scenario: 'webhook-old-signature',
  description: 'Sessions end after an hour; a copy of each event has a signature that is an hour old.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '1h', webhook_copies: ['old'] },
})
