import type { Account, Device } from './account.ts'

const hour = 3600e6

/** The devices of a Relay instance that is paired with the code of the test identifiers; each instance has its own. */
export const devices: readonly Device[] = [
  {
    info: {
      is_encrypted: true,
      apple_model_id: 'iPhone12,3',
      apple_serial: 'F17ZP0ABN70D',
      name: "Renate's iPhone",
      ios_version: '13.3.1',
    },
  },
  {
    info: {
      is_encrypted: false,
      apple_model_id: 'iPad8,9',
      apple_serial: 'DLXZP1CDKD6L',
      name: "Renate's iPad",
      ios_version: '13.3.1',
    },
  },
]

const icloud = (name: string, account: Omit<Account, 'type' | 'identifier'>): Account => ({
  type: 'icloud.account',
  identifier: `${name}@example.com`,
  ...account,
})

/** The accounts of every world, by which clients choose an outcome. A scenario can override them, or exclude them all. */
export const catalogue: readonly (Account & { readonly outcome: string })[] = [
  {
    ...icloud('two-factor', { code: '123456' }),
    outcome: 'without the code `123456` it is `failed` / `code-required`; with it `active`',
  },
  {
    ...icloud('wrong-password', { outcomes: ['credentials-invalid'] }),
    outcome: '`failed` / `credentials-invalid`, whatever the password',
  },
  {
    ...icloud('locked', { locked: hour }),
    outcome: '`failed` / `source-locked`, and the source is `locked` for 1 h; then it succeeds',
  },
  { ...icloud('slow', { init: 30e6 }), outcome: '`pending` for 30 s, then `active`' },
  { ...icloud('stuck', { init: 'never' }), outcome: 'stays `pending`' },
  { ...icloud('expires', { lifetime: 24 * hour }), outcome: '`active`; `expired` / `service` after 24 h' },
  {
    ...icloud('password-changed', { password_changes: hour }),
    outcome: '`active`; 1 h later the password changes: `expired` / `service`, and the old password is refused',
  },
  {
    ...icloud('flaky', { outcomes: ['init_failed', 'success'] }),
    outcome: 'the first session is `failed` / `init_failed`, later ones `active`',
  },
  { ...icloud('empty', { data: { '*': [] } }), outcome: '`active`; its polls publish no entries' },
  {
    ...icloud('failing-data', { failing: { data: 'service-unavailable' } }),
    outcome: '`active`; the `data` tasks of its polls fail with `service-unavailable`',
  },
  { ...icloud('slow-data', { task_duration: 30e6 }), outcome: '`active`; each task of its polls takes 30 s' },
  { ...icloud('large', { volume: 100 }), outcome: '`active`; its polls publish 100 times as many entries' },
  { ...icloud('new-messages', { volume: 96 }), outcome: '`active`; there are new entries every half hour at least' },
  {
    type: 'rirelay.instance',
    identifier: '*',
    code: 'A1B2C3',
    devices,
    outcome: 'the code `A1B2C3` pairs, and two devices appear as children; any other is `failed` / `code-invalid`',
  },
]
