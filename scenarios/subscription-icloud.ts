import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const subscriptionIcloud = defineScenario({
  scenario: 'subscription-icloud',
  description: "Subscriptions to Renate's account find new messages in every poll.",
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { webhook_answers: [200] },
  accounts: [{ identifier: 'renate@example.com', volume: 24 }],
})
