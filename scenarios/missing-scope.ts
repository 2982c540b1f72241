import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const missingScope = defineScenario({
  scenario: 'missing-scope',
  description: 'The organisation may use iCloud accounts, but no Relay instances.',
  fixtures: ['limited'],
})
