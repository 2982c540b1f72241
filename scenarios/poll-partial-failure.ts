import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const pollPartialFailure = defineScenario({
  scenario: 'poll-partial-failure',
  description:
    "The service fails for the WhatsApp messages of Renate's account: her polls are completed with an error.",
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { webhook_answers: [200] },
  accounts: [{ identifier: 'renate@example.com', failing: { 'whatsapp.*': 'service-unavailable' } }],
})
