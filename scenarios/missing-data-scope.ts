import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const missingDataScope = defineScenario({
  scenario: 'missing-data-scope',
  description: "The organisation may ask for iCloud's own data, but for no messages.",
  fixtures: ['limited'],
})
