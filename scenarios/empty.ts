import { defineScenario } from '../src/scenario/define.ts'

export const emptyScenario = defineScenario({
  scenario: 'empty',
  description: 'One unconfigured organisation and its key.',
  fixtures: ['empty'],
})
