import { defineScenario } from '../src/scenario/define.ts'

export const trialKeyExpiry = defineScenario({
  scenario: 'trial-key-expiry',
  description: 'The trial key expires after 14 days.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  steps: [{ at: '14d', do: 'key.expire', where: { type: 'trial' } }],
})
