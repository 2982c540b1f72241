import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'

/** Documented states; that an organisation cannot change a blocked user is assumed. */
const lifecycle = {
  active: { deactivate: 'deactivated', block: 'blocked' },
  deactivated: { reactivate: 'active', block: 'blocked' },
  blocked: { reactivate: 'active' },
} as const

export const user = resource({
  id: 'integer',
  path: '/users',
  description: 'An end user of an organisation',
  lifecycle,
  events: { created: undefined },
  leadsTo: ['key', 'organisation'],
  owner: 'organisation',
  fixtures: 'users',
  shape: {
    organisation: attribute.id('organisation'),
    key: attribute.id('key'),
    identifier: attribute.text({ isNonEmpty: true, initial: ({ text }) => `${text(12)}@example.com` }),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
  },
  hidden: {},
  filters: ['key', 'identifier', 'state', 'date_created'],
  display: {
    position: 3,
    columns: ['identifier', 'organisation', 'key', 'date_created'],
    label: 'identifier',
    tones: { active: 'good', deactivated: 'over', blocked: 'bad' },
    hint: 'Make one with POST /users.',
  },
})
export interface User extends RecordOf<typeof user> {}
export type UserState = User['state']
