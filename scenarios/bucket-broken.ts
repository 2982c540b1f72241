import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const bucketBroken = defineScenario({
  scenario: 'bucket-broken',
  description: 'Each task takes a minute; after an hour nothing can be published, and tasks fail.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { task_duration: '1m', webhook_answers: [200] },
  steps: [{ at: '1h', do: 'config.reject', where: { resource: 'storage_config' } }],
})
