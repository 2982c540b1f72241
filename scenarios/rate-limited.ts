import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const rateLimited = defineScenario({
  scenario: 'rate-limited',
  description: 'Each organisation may make ten requests an hour.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { rate_limit: { requests: 10, per: '1h' } },
})
