import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const permissionLimits = defineScenario({
  scenario: 'permission-limits',
  description: 'Each user may have two iCloud accounts, each key three, and the organisation four.',
  fixtures: ['permission-limits'],
})
