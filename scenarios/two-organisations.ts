import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const twoOrganisations = defineScenario({
  scenario: 'two-organisations',
  description: "Two organisations that cannot see each other's records.",
  fixtures: ['two-organisations'],
})
