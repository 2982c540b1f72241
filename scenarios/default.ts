import { defineScenario } from '../src/scenario/define.ts'

export const defaultScenario = defineScenario({
  scenario: 'default',
  description: 'One active organisation with valid configs and open permissions; a few of everything.',
})
