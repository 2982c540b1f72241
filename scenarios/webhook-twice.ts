import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const webhookTwice = defineScenario({
  scenario: 'webhook-twice',
  description: 'Sessions end after an hour, and each event is sent twice.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '1h', webhook_copies: ['right'] },
})
