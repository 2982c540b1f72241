import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const rotationGrace = defineScenario({
  scenario: 'rotation-grace',
  description: 'A key is rotated; its old token works for six more hours, and then stops.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  steps: [{ at: '30m', do: 'key.rotate', where: { id: 1 } }],
})
