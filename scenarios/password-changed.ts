import { defineScenario } from '../src/ricloud/scenario-input.ts'

export const passwordChanged = defineScenario({
  scenario: 'password-changed',
  description:
    'An hour after her first session Renate changes her password: the session expires, the old password is refused.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true },
  accounts: [{ type: 'icloud.account', identifier: 'renate@example.com', password: 'joshua' }],
  steps: [
    {
      on: 'session.active',
      where: { 'source.identifier': 'renate@example.com' },
      nth: 1,
      after: '1h',
      do: 'account.change_password',
      with: { password: 'falken' },
    },
  ],
})
