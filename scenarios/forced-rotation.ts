import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const forcedRotation = defineScenario({
  scenario: 'forced-rotation',
  description: 'A key is rotated by force; its old token stops at once.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  steps: [{ at: '30m', do: 'key.rotate', where: { id: 1 }, with: { force: true } }],
})
