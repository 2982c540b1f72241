import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const emptyScenario = defineScenario({
  scenario: 'empty',
  description: 'One unconfigured organisation and its key.',
  fixtures: ['empty'],
})
