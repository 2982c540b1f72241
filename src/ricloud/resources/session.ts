import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'

/** Documented states; that a deleted pending session expires is assumed. */
const lifecycle = {
  pending: { activate: 'active', fail: 'failed', expire: 'expired' },
  active: { expire: 'expired' },
  failed: {},
  expired: {},
} as const

/** The errors of a failed initialisation; the `documented` dialect sends each as `init_failed`. */
export const initErrors = [
  'init_failed',
  'code-required',
  'code-invalid',
  'credentials-invalid',
  'source-locked',
] as const
export type InitError = (typeof initErrors)[number]

/** Who ended a session. */
export const expiryErrors = ['service', 'api', 'organisation', 'admin'] as const
export type ExpiryError = (typeof expiryErrors)[number]

export const session = resource({
  id: 'uuid',
  path: '/sessions',
  description: 'Access to a source for a limited time',
  lifecycle,
  errors: { failed: initErrors, expired: expiryErrors },
  events: { created: 'pending' },
  leadsTo: ['user', 'source', 'key', 'organisation'],
  owner: 'organisation',
  fixtures: 'sessions',
  shape: {
    organisation: attribute.id('organisation'),
    key: attribute.id('key'),
    user: attribute.id('user'),
    source: attribute.nested('source', { description: 'The whole source; its ID if the source was deleted.' }),
    state: stateOf(lifecycle),
    error: attribute.nullable(
      attribute.choice([...initErrors, ...expiryErrors], {
        description: 'Why initialisation failed (in the documented dialect always `init_failed`), or who ended it.',
      }),
    ),
    date_created: attribute.datetime(),
    date_expired: attribute.nullable(attribute.datetime()),
  },
  hidden: {
    /** When a poll last used it; null before the first one. */
    date_used: attribute.nullable(attribute.datetime()),
  },
  filters: ['key', 'user', 'source', 'state', 'date_created', 'date_expired'],
  display: {
    position: 1,
    columns: ['error', 'source', 'user', 'key', 'date_created', 'date_expired'],
    label: 'source',
    tones: { pending: 'wait', active: 'good', failed: 'bad', expired: 'over' },
    hint: 'Start a session with POST /sessions, or load the scenario “default”.',
    timeLine: { end: 'date_expired' },
  },
})
export interface Session extends RecordOf<typeof session> {}
export type SessionState = Session['state']
