import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const webhookReversed = defineScenario({
  scenario: 'webhook-reversed',
  description: 'Sessions end after an hour, and of the events of a minute the newest is sent first.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '1h', webhook_order: 'reversed' },
})
