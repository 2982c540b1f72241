import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const idleCulling = defineScenario({
  scenario: 'idle-culling',
  description: 'The API culls sessions that were idle for 12 hours.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_idle: '12h' },
})
