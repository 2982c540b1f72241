import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const flakyService = defineScenario({
  scenario: 'flaky-service',
  description: 'The API fails often: 5xx, connection resets, delays, truncated answers.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  faults: [
    { on: 'GET /sources', first: 2, answer: { status: 503 } },
    { on: 'GET /users', nth: 1, close: 'reset' },
    { on: 'GET /users/*', nth: 1, close: 'truncated' },
    { on: 'POST /sessions', nth: 1, delay: '5s' },
    { on: 'GET /sessions', every: 3, answer: { status: 429, retry_after: '30s' } },
  ],
})
