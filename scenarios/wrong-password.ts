import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const wrongPassword = defineScenario({
  scenario: 'wrong-password',
  description: "Renate's account accepts one password only.",
  accounts: [{ type: 'icloud.account', identifier: 'renate@example.com', password: 'joshua' }],
})
