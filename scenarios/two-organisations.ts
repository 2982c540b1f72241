import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const twoOrganisations = defineScenario({
  scenario: 'two-organisations',
  description: "Two organisations, each blind to the other's records.",
  fixtures: ['two-organisations'],
})
