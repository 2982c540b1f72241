import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const twoFactor = defineScenario({
  scenario: 'two-factor',
  description: "Renate's account asks for a 2FA code: without it a session fails, with it the next one becomes active.",
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { session_init: '2s' },
  accounts: [{ type: 'icloud.account', identifier: 'renate@example.com', password: 'joshua', code: '123456' }],
})
