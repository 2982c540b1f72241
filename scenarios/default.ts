import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const defaultScenario = defineScenario({
  scenario: 'default',
  description: 'One active organisation with valid configs and open permissions; a few of everything.',
})
