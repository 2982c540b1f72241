import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const serviceExpiry = defineScenario({
  scenario: 'service-expiry',
  description: 'The service ends each session after 24 hours.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_lifetime: '24h' },
})
