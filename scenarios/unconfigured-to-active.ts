import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const unconfiguredToActive = defineScenario({
  scenario: 'unconfigured-to-active',
  description: 'A new organisation: its first storage config, tested for five seconds, makes it active.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  fixtures: ['empty'],
  settings: { config_test: '5s', webhook_answers: [200] },
})
