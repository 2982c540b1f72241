import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const pollResults = defineScenario({
  scenario: 'poll-results',
  description: 'Polls, tasks, results and subscriptions in every state, with the objects of the results.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { webhook_answers: [200] },
  fixtures: ['polls'],
})
