import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const limitExceeded = defineScenario({
  scenario: 'limit-exceeded',
  description: 'Each user may have two iCloud accounts, and no third one.',
  fixtures: ['limited'],
})
