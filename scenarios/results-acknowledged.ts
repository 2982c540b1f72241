import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const resultsAcknowledged = defineScenario({
  scenario: 'results-acknowledged',
  description: 'After an hour a client acknowledges all results, which are listed no longer.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { webhook_answers: [200] },
  fixtures: ['polls'],
  steps: [{ at: '1h', do: 'result.consume', where: { state: 'available' } }],
})
