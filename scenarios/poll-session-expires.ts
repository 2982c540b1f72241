import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const pollSessionExpires = defineScenario({
  scenario: 'poll-session-expires',
  description:
    'Each task takes ten minutes, and the session ends 15 minutes after its poll has started: open tasks fail.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { task_duration: '10m', webhook_answers: [200] },
  steps: [{ on: 'poll.started', after: '15m', do: 'session.expire' }],
})
