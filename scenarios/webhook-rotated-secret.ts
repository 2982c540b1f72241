import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const webhookRotatedSecret = defineScenario({
  scenario: 'webhook-rotated-secret',
  description: 'Sessions end after an hour; a copy of each event is signed with a secret that is not valid.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '1h', webhook_copies: ['rotated'] },
})
