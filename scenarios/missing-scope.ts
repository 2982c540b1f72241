import { defineScenario } from '../src/scenario/define.ts'

export const missingScope = defineScenario({
  scenario: 'missing-scope',
  description: 'The organisation may use iCloud accounts, but no Relay instances.',
  fixtures: ['limited'],
})
