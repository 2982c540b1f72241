import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const sourceLocked = defineScenario({
  scenario: 'source-locked',
  description: "The service locks Renate's account for an hour at the first session; after that it accepts sessions.",
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  accounts: [{ type: 'icloud.account', identifier: 'renate@example.com', locked: '1h' }],
})
