import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const adminBlock = defineScenario({
  scenario: 'admin-block',
  description: 'An administrator blocks a user and ends its sessions after one hour, and the organisation after two.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  steps: [
    { at: '1h', do: 'user.block', where: { id: 1 } },
    { at: '1h', do: 'session.expire', where: { user: 1, state: 'active' }, with: { error: 'admin' } },
    { at: '2h', do: 'organisation.block', where: { id: 1 } },
  ],
})
