import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const organisationEndsSessions = defineScenario({
  scenario: 'organisation-ends-sessions',
  description: 'After an hour the organisation ends all running sessions.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  steps: [{ at: '1h', do: 'session.expire', where: { state: 'active' }, with: { error: 'organisation' } }],
})
