import { defineScenario } from '../src/scenario/define.ts'

export const relayPairing = defineScenario({
  scenario: 'relay-pairing',
  description: 'A Relay instance is paired with the code A1B2C3, and its two devices appear.',
  accounts: [
    {
      type: 'rirelay.instance',
      identifier: '*',
      code: 'A1B2C3',
      devices: [
        {
          identifier: '00008020-001A2D8E0C31002E',
          info: {
            is_encrypted: true,
            apple_model_id: 'iPhone12,3',
            apple_serial: 'F17ZP0ABN70D',
            name: "Renate's iPhone",
            ios_version: '13.3.1',
          },
        },
        {
          identifier: '00008027-000E4C3A1A80002E',
          info: {
            is_encrypted: false,
            apple_model_id: 'iPad8,9',
            apple_serial: 'DLXZP1CDKD6L',
            name: "Renate's iPad",
            ios_version: '13.3.1',
          },
        },
      ],
    },
  ],
})
