import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const trialKeyExpiry = defineScenario({
  scenario: 'trial-key-expiry',
  description: 'The trial key expires after 14 days.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  fixtures: [
    'default',
    {
      keys: [
        {
          id: 2,
          resource: 'key',
          organisation: 1,
          type: 'trial',
          config: {},
          storage_config: null,
          webhook_config: null,
          token: 'ricloud-mock-trial-token',
          state: 'active',
          date_created: '2020-02-10T09:00:00.000000Z',
          date_expires: '2020-03-05T12:00:00.000000Z',
        },
      ],
    },
  ],
})
