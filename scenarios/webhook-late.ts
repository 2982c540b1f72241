import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const webhookLate = defineScenario({
  scenario: 'webhook-late',
  description: 'Sessions end after an hour, and each event is sent an hour late.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '1h', webhook_order: 'late' },
})
