import { defineScenario } from '../src/ricloud/scenario-input.ts'
import { devices } from '../src/ricloud/services/test-identifiers.ts'

export const subscriptionRelay = defineScenario({
  scenario: 'subscription-relay',
  description: 'The user of a Relay instance allows a subscription after 30 s, and the device connects an hour later.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { subscription_grant: '30s', webhook_answers: [200] },
  accounts: [
    {
      type: 'rirelay.instance',
      identifier: '*',
      code: 'A1B2C3',
      devices: devices.map((device) => ({ ...device, connected: false })),
    },
  ],
  steps: [{ on: 'subscription.active', after: '1h', do: 'device.connect' }],
})
