import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const signedUrls = defineScenario({
  scenario: 'signed-urls',
  description: 'The signed URLs of a storage config that enables them expire after ten minutes.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  settings: { signed_url_expiry: '10m', webhook_answers: [200] },
})
