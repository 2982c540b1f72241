// Why rules refuse calls or end records, in words for people. Where the decision is made, the values are known.
import { BoundedMap } from '../engine/bounded-map.ts'
import { either, nearestFirst, shown } from '../engine/messages.ts'
import type { PastToken } from '../engine/past-tokens.ts'
import { actionOn, advanceBy, type ControlCall, type Reason } from '../engine/reason.ts'
import { formatDuration } from '../engine/time/duration.ts'
import { formatInstant } from '../engine/time/instant.ts'
import type { facts } from './facts.ts'

type FactId = keyof typeof facts

/** A reason; a fact must be one of those that are assumed. */
const because = (
  rule: string,
  sentence: string,
  values: Reason['values'] = {},
  more: { readonly fact?: FactId; readonly change?: ControlCall | undefined } = {},
): Reason => ({ rule, values, sentence, ...more })

interface Stateful {
  readonly id: string | number
  readonly state: string
}

const named = (resource: string, id: string | number) => `${resource.replace('_', ' ')} ${id}`

/** The action that gives access again; none for a state that is final. */
function reopen(resource: string, { id, state }: Stateful): { change?: ControlCall } {
  if (state === 'locked') return { change: actionOn(`${resource}.unlock`, id) }
  return state === 'deactivated' || state === 'blocked' ? { change: actionOn(`${resource}.reactivate`, id) } : {}
}

/** The reasons of unknown data types, one of which many polls ask for. */
const unknownTypes = new BoundedMap<string, Reason>(100)

/** The reasons of errors. */
export const reasons = {
  tokenRevoked: ({ owner, replaced, revoked }: PastToken, grace: number) => {
    const [since, until] = [formatInstant(replaced), revoked === null ? null : formatInstant(revoked)]
    const end = replaced === revoked ? 'and revoked at once' : `and revoked at ${until}`
    return because(
      'token.revoked',
      `The token was that of the key ${owner}: it was replaced by a rotation at ${since}, ${end}. The setting rotation_grace is ${formatDuration(grace)}.`,
      { key: owner, replaced: since, revoked: until, rotation_grace: formatDuration(grace) },
      { fact: 'key.rotation' },
    )
  },

  tokenUnknown: (world: string | null, why: string) =>
    because(
      'token.unknown',
      `No key of ${world === null ? 'this mock' : `the world ${world}`} has this token, or is known to have had it.${why}`,
      { world },
    ),

  /** A key, organisation, user or source that gives no access. */
  closed: (resource: string, record: Stateful, fact?: FactId) =>
    because(
      `${resource}.state`,
      `The ${named(resource, record.id)} is ${record.state}.`,
      { resource, id: record.id, state: record.state },
      { ...(fact && { fact }), ...reopen(resource, record) },
    ),

  locked: (source: Stateful, until: string | null, fact: FactId) =>
    because(
      'source.state',
      `The source ${source.id} is locked ${until === null ? 'for good' : `until ${until}`}, by its service or by an action.`,
      { resource: 'source', id: source.id, state: source.state, locked_until: until },
      { fact, change: actionOn('source.unlock', source.id) },
    ),

  ofOther: (resource: string, id: string | number, owner: number, caller: number) =>
    because(
      'record.organisation',
      `The ${named(resource, id)} exists, but belongs to the organisation ${owner}; the token is of the organisation ${caller}.`,
      { resource, id, organisation: owner, caller },
      { fact: 'wire.other_organisation' },
    ),

  /** @param why why the test of the config failed, if it did */
  unconfigured: (config: number | null, state: string | undefined, organisation: number, why: string | null) =>
    because(
      'organisation.storage_config',
      config === null
        ? `Neither the key nor the organisation ${organisation} has a storage config.`
        : `The storage config ${config} is ${state ?? 'deleted'}${why === null ? '' : ` (${why})`}, and only a valid one takes results.`,
      { organisation, storage_config: config, state: state ?? null },
      { fact: 'error.unconfigured', change: actionOn('organisation.configure', organisation) },
    ),

  missingScope: (scope: string, permissions: number, scopes: readonly string[]) =>
    because(
      'permissions.scope',
      `The permissions ${permissions} do not include ${scope}; they have ${scopes.join(', ') || 'no scopes'}.`,
      { scope, permissions, scopes },
      { fact: 'error.missing-scope' },
    ),

  limitExceeded: (values: {
    readonly scope: string
    readonly level: string
    readonly limit: number
    readonly count: number
    readonly added: number
  }) =>
    because(
      'permissions.limit',
      `${values.scope} allows ${values.limit} for each ${values.level}; there are ${values.count}, and this call adds ${values.added}.`,
      values,
      { fact: 'error.limit-exceeded' },
    ),

  inFlight: (source: number, limit: number | null) =>
    because(
      'poll.in_flight',
      `The setting in_flight allows ${limit} open polls of a source, and the source ${source} has as many.`,
      { source, in_flight: limit },
      { fact: 'poll.in_flight', change: advanceBy('next') },
    ),

  /** A session that takes no polls. */
  sessionState: (session: Stateful & { readonly error: string | null }) =>
    because(
      'session.state',
      `The session ${session.id} is ${session.state}${session.error === null ? '' : `: ${session.error}`}.`,
      { session: session.id, state: session.state, error: session.error },
      {
        fact: session.state === 'expired' ? 'error.session-expired' : 'poll.checks',
        ...(session.state === 'pending' && { change: actionOn('session.activate', session.id) }),
      },
    ),

  basePermissions: (id: number) =>
    because(
      'permissions.base',
      `The permissions ${id} are the organisation's base.`,
      { permissions: id },
      {
        fact: 'permissions.base',
      },
    ),

  unknownWord: (resource: string, attribute: string, word: string, known: readonly string[]) =>
    because(
      'list.word',
      `No ${named(resource, '').trim()} has the ${attribute} ${shown(word)} here${nearestFirst(word, known, `there can be ${either(known)}`)}`,
      { [attribute]: word, known },
    ),

  unknownType: (type: string, known: readonly string[]) =>
    unknownTypes.made(`${type} ${known.join(' ')}`, () =>
      because(
        'poll.data_type',
        `No data has the type ${shown(type)} here${nearestFirst(type, known, `there can be ${either(known)}`)}`,
        { data_type: type, known },
        { fact: 'data.unknown' },
      ),
    ),

  superOnly: (organisation: number, parameter: string) =>
    because(
      'organisation.type',
      `The organisation ${organisation} is a standard one, and ${parameter} is for super organisations.`,
      { organisation, parameter },
      { fact: 'super.reads' },
    ),
} as const

/** Who decided on a session: an account, and whether it is one of the published test identifiers. */
interface Decider {
  readonly type: string
  readonly identifier: string
  readonly isTestIdentifier: boolean
}

const account = ({ type, identifier, isTestIdentifier }: Decider) =>
  `the account ${type} ${identifier}${isTestIdentifier ? ', a test identifier,' : ''}`

/** As it is sent in both dialects. */
const sentAs = (error: string) =>
  error === 'init_failed' ? '' : ` Sent as init_failed, as documented, and to ricloud-py as ${error}.`

const declined = (decider: Decider, error: string, rule: string, text: string, values: Reason['values'] = {}) => {
  const of = { type: decider.type, identifier: decider.identifier, is_test_identifier: decider.isTestIdentifier }
  return because(rule, `${error}: ${text}${sentAs(error)}`, { account: of, error, ...values })
}

const lifetime = (length: string, isOfAccount: boolean) =>
  because(
    'session.lifetime',
    isOfAccount
      ? `The service ended the session: the lifetime of its account is ${length}.`
      : `The service ended the session: the setting session_lifetime is ${length}.`,
    { [isOfAccount ? 'lifetime' : 'session_lifetime']: length },
  )

/** The reasons of lifetimes, each of which many sessions have. */
const lifetimes = [new BoundedMap<number, Reason>(100), new BoundedMap<number, Reason>(100)] as const

/** Why sessions failed or ended. */
export const endings = {
  code: (decider: Decider, error: string, isSent: boolean) =>
    declined(
      decider,
      error,
      'session.code',
      isSent
        ? `the code that was sent is not the one that ${account(decider)} wants.`
        : `no code was sent, and ${account(decider)} wants one.`,
      { code_sent: isSent },
    ),

  password: (decider: Decider, isSent: boolean, changes: number) =>
    declined(
      decider,
      'credentials-invalid',
      'session.password',
      !isSent
        ? `no password was sent, and ${account(decider)} wants one.`
        : changes > 0
          ? `the owner of ${account(decider)} has changed the password, and the one that was sent is no longer accepted.`
          : `${account(decider)} has another password than the one that was sent.`,
      { password_sent: isSent, password_changes: changes },
    ),

  outcome: (decider: Decider, error: string, number: number) =>
    declined(
      decider,
      error,
      'account.outcomes',
      `the outcomes of ${account(decider)} say so for session ${number} with the right credentials.`,
      { session_number: number },
    ),

  locked: (decider: Decider, until: number | null) =>
    declined(
      decider,
      'source-locked',
      'account.locked',
      `${account(decider)} is locked ${until === null ? 'for good' : `until ${formatInstant(until)}`}.`,
      { locked_until: until === null ? null : formatInstant(until) },
    ),

  /** The end of an active session: by its service, or as it was idle. */
  lifetime: (length: number, isOfAccount: boolean) =>
    lifetimes[isOfAccount ? 1 : 0].made(length, () => lifetime(formatDuration(length), isOfAccount)),

  idle: (length: number | null, used: string | null) =>
    because(
      'session.idle',
      `The API ended the session, which was idle${used === null ? '' : ` since ${used}`}: the setting session_idle is ${length === null ? 'off by now' : formatDuration(length)}.`,
      { session_idle: length === null ? null : formatDuration(length), date_used: used },
      { fact: 'poll.idle' },
    ),

  passwordChanged: (identifier: string) =>
    because('account.password_changed', `The owner of ${identifier} changed the password, which ended the session.`, {
      identifier,
    }),

  /** A task of a poll. */
  task: (error: string, text: string, values: Reason['values'] = {}, fact?: FactId) =>
    because(`task.${error}`, text, { error, ...values }, fact ? { fact } : {}),

  configTest: (kind: string, id: number, error: string, fact?: FactId) =>
    because(
      'config.test',
      `The test of the ${named(kind, id)} failed: ${error}.`,
      { config: id, error },
      fact ? { fact } : {},
    ),
} as const
