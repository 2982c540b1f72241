import { defineScenario } from '../src/ricloud/scenario-input.ts'
import { devices } from '../src/ricloud/services/test-identifiers.ts'

export const relayPairing = defineScenario({
  scenario: 'relay-pairing',
  description: 'A Relay instance is paired with the code A1B2C3, and its two devices appear.',
  accounts: [{ type: 'rirelay.instance', identifier: '*', code: 'A1B2C3', devices }],
})
