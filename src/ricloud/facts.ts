import type { Fact, Facts, Sign } from '../engine/fact.ts'

const assumed = (text: string, ...signs: readonly Sign[]): Fact => ({
  evidence: 'assumed',
  text,
  ...(signs.length > 0 && { signs }),
})

const of = (resource: string, attribute: string, where?: Readonly<Record<string, string | null>>): Sign => ({
  resource,
  attribute,
  ...(where && { where }),
})

/** @param error the code that the mock answers with; null for success */
const call = (call: string, error?: string | null): Sign => ({ call, ...(error !== undefined && { error }) })

/** A list that is filtered by at least one of these. */
const filtered = (call: string, ...parameters: readonly string[]): Sign => ({ call, parameters })

/**
 * What the API's pages leave open and this project has decided, by IDs that reasons of answers, comparisons with
 * recordings and the reference use. Each is marked again where it is decided.
 */
export const facts = {
  'wire.digits': assumed(
    'Integer IDs may be written as digits in a string (documented); other fields may not change their type.',
  ),
  'wire.body': assumed(
    'Bodies over 1 MiB are refused, and so are those that are nested deeper than 100 levels, are not UTF-8 or are compressed.',
    call('* /*', 'invalid-body'),
  ),
  'wire.id_case': assumed('UUIDs are compared as texts: one in upper case is another ID.'),
  'wire.token_tab': assumed('A tab may stand after `Token`.'),
  'wire.unknown_path': assumed('An unknown path is 404 even without a token.'),
  'wire.unknown_fields': assumed('Unknown fields and parameters are ignored.'),
  'wire.other_organisation': assumed('The record of another organisation is 404, like one that does not exist.', {
    call: '* /*',
    error: 'not-found',
    isOneSided: true,
  }),
  'wire.params': assumed('The shape of `params` in errors.', of('error', 'params')),

  'error.unconfigured': assumed('The status of `unconfigured` is 400.', call('* /*', 'unconfigured')),
  'error.session-expired': assumed('The status of `session-expired` is 400.', call('* /*', 'session-expired')),
  'error.missing-scope': assumed('The status of `missing-scope` is 403.', call('* /*', 'missing-scope')),
  'error.limit-exceeded': assumed('The status of `limit-exceeded` is 403.', call('* /*', 'limit-exceeded')),
  'error.unauthorized': assumed('The code `unauthorized`.', call('* /*', 'unauthorized')),
  'error.forbidden': assumed('The code `forbidden`.', call('* /*', 'forbidden')),
  'error.not-found': assumed('The code `not-found`.', call('* /*', 'not-found')),
  'error.too-many-requests': assumed('The code `too-many-requests`.', call('* /*', 'too-many-requests')),
  'error.internal-server-error': assumed('The code `internal-server-error`.', call('* /*', 'internal-server-error')),

  'list.total_count': assumed(
    '`total_count` counts what matches the filters, cursors and limit aside.',
    of('list', 'total_count'),
  ),
  'list.cursors': assumed(
    'Cursors are exclusive; `before_id` stops the listing, which still starts at the newest record.',
  ),
  'list.cursor_record': assumed(
    'A cursor may name a record that no longer matches the filters, but not one that the list could never contain.',
  ),
  'list.datetime_filters': assumed(
    'Datetime filters are `field[gt]` or `field__gt`, likewise `gte`, `lt`, `lte`, each at most once.',
  ),
  'list.invalid': assumed('An invalid `limit`, cursor or filter value is 400.', call('GET /*', 'invalid-parameter')),

  'await.limits': assumed(
    '`Ricloud-Await` above 10 counts as 10, an invalid value as 0. It limits both virtual and real time.',
  ),
  'await.frozen': assumed(
    '`Ricloud-Await` moves a frozen clock to the instant at which the service decides on the session, if that is within the awaited time.',
  ),

  'organisation.unconfigured': assumed(
    'An organisation without a valid storage config becomes `unconfigured` again; then `POST /polls` and `POST /subscriptions` fail.',
    call('POST /polls', 'unconfigured'),
    call('POST /subscriptions', 'unconfigured'),
  ),
  'organisation.closed': assumed('Every call of a deactivated or blocked organisation is 403.'),
  'organisation.configs': assumed('The nested lists of an organisation hold up to 1,000 configs.'),

  'key.token': assumed('Tokens have 64 letters and digits.'),
  'key.created': assumed('`POST /keys` makes a standard, active key.', call('POST /keys', null)),
  'key.config': assumed('A `config` replaces that of the key as a whole.'),
  'key.rotation': assumed(
    'A rotation does not change the grace periods of earlier tokens; with `force` it revokes all tokens of the key.',
  ),
  'key.force': assumed('`force` must be a boolean.', call('POST /keys/*/rotate', 'invalid-parameter')),
  'key.not_active': assumed(
    'A key that is not active cannot be rotated (403), nor be given to users (400).',
    call('POST /keys/*/rotate', 'forbidden'),
  ),

  'user.closed': assumed(
    'A deactivated or blocked user gets no new sessions (403), and its active sessions continue.',
    call('POST /sessions', 'forbidden'),
  ),
  'user.blocked': assumed(
    'Its organisation cannot reactivate a blocked user (403).',
    call('POST /users/*', 'forbidden'),
  ),
  'user.other_organisation': assumed(
    'A super organisation that creates a user of another organisation without `key` uses the first active key of that organisation.',
  ),

  'source.identity': assumed('User, type and identifier identify a source.', call('POST /sources', null)),
  'source.reactivated': assumed(
    'A reactivated source is `active` if a session ever succeeded, otherwise `unvalidated`.',
  ),
  'source.closed': assumed(
    'Its organisation cannot change a blocked or locked source (403).',
    call('POST /sources/*', 'forbidden'),
  ),
  'source.relay_identifier': assumed('The identifier of a Relay instance is optional.'),
  'source.children_filters': assumed(
    '`GET /sources/{id}/children` takes the filters of `GET /sources`.',
    filtered('GET /sources/*/children', 'user', 'type', 'identifier', 'state', 'date_created'),
  ),
  'source.key_limit': assumed('A `key` limit counts the sources that the key created.'),
  'source.paired_again': assumed(
    'A device that is paired again stays the source that it is, as a child of the instance that was paired last; the devices that come with the test identifiers have other identifiers behind each instance, from the seed.',
  ),
  'source.unpaired': assumed(
    'A session without an identifier tries again the instance that an earlier one left unpaired, and an unvalidated instance counts against no limit.',
  ),

  'session.id': assumed('Session IDs are UUIDs.', of('session', 'id')),
  'session.failed.date_expired': assumed(
    '`date_expired` of a failed session is null.',
    of('session', 'date_expired', { state: 'failed' }),
  ),
  'session.delete': assumed(
    'Deleting a failed or expired session changes nothing; a deleted pending session expires at once.',
  ),
  'session.payload': assumed(
    'iCloud requires `password`, Relay requires `code` (400).',
    call('POST /sessions', 'invalid-parameter'),
  ),
  'session.decision': assumed(
    'The outcome of a session is decided when its service decides, not when it is created: it fails with `init_failed` if its source, user, key or organisation was closed by then, with `source-locked` if the source is locked, with `credentials-invalid` if the password was changed meanwhile.',
  ),

  'poll.id': assumed('IDs of polls are UUIDs.', of('poll', 'id')),
  'poll.checks': assumed(
    'The order of the checks of a poll; a missing scope or an exceeded limit refuses the whole poll; limits count tasks, those of polls that have not started too.',
    call('POST /polls', 'missing-scope'),
    call('POST /polls', 'limit-exceeded'),
  ),
  'poll.payload': assumed(
    '`since`, `until` and wildcards (`*`, `ios_messages.*`) in the payload; at least one of `info_types`, `data_types` and `files`, which may be empty. Datetimes without a zone are in UTC, as in filters.',
    call('POST /polls', 'invalid-parameter'),
  ),
  'poll.tasks': assumed(
    'There is one task for each type or file, in the order info, data, files; they run one after another.',
  ),
  'poll.task_types': assumed('The types `info` and `file` of tasks.', of('task', 'type')),
  'poll.task_errors': assumed('The codes of the errors of tasks.'),
  'poll.errors': assumed('The attributes of `errors` of a poll.', of('poll', 'errors')),
  'poll.nested_lists': assumed('The order of nested lists, and that nested lists are complete.'),
  'poll.relay': assumed(
    'Data of a Relay instance is refused, and so is that of its devices without a subscription; `info_types` of an instance are taken.',
  ),
  'poll.session_ends': assumed(
    'Open tasks fail when the session ends (`session-expired`) or the source is locked (`source-locked`).',
  ),
  'poll.idle': assumed('A session is idle from its last poll.'),
  'poll.in_flight': assumed(
    'The in-flight limit counts open polls of a source (429).',
    call('POST /polls', 'too-many-requests'),
  ),
  'poll.filters': assumed(
    '`requestor` `client`, and the filters `key`, `user`, `source`, `state` and dates.',
    filtered('GET /polls', 'requestor', 'key', 'user', 'source', 'state', 'date_created', 'date_completed'),
  ),
  'poll.suspended': assumed('Only actions suspend tasks.'),

  'result.checksum': assumed('MD5 in lower-case hex.'),
  'result.url': assumed('The names of objects.'),
  'result.identifier': assumed(
    '`identifier` of info and files, extensions of files, and the second result `<data type>:source` where source files are published.',
  ),
  'result.total_count': assumed('`total_count` leaves out consumed and expired results too.'),
  'result.filters': assumed(
    'The filters `poll`, `identifier`, `type` and `date_created`.',
    filtered('GET /results', 'poll', 'identifier', 'type', 'date_created'),
  ),
  'result.ack_many': assumed(
    'The body of `POST /results/ack`, and that it is all or nothing.',
    call('POST /results/ack'),
  ),
  'result.ack': assumed(
    'Acknowledging again changes nothing, an expired result is 400; `GET …/ack` does what `POST` does.',
    call('GET /results/*/ack'),
  ),
  'result.signed_url': assumed('Signed URLs are valid for an hour if the config does not say it.'),
  'result.publish_failed': assumed(
    'A task fails with `publish-failed` if its storage config is not valid, the buckets are full, or a local folder cannot be written to.',
  ),

  'subscription.granted': assumed(
    'Subscriptions are `pending` at first; granted by themselves, unless the account of a Relay instance does not allow them.',
    call('POST /subscriptions', null),
  ),
  'subscription.checks': assumed(
    'Subscriptions are checked as their polls are, and each automatic poll as a call with the key of its subscription.',
  ),
  'subscription.interval': assumed(
    'The interval is 86,400 s by default and 1 s at least, for Relay 3,600 s (documented).',
  ),
  'subscription.polls': assumed(
    'The first poll is made at `date_start` or when the subscription is active, the next ones at multiples of the interval, none from `date_end` on, when it stays `active`.',
  ),
  'subscription.progressive': assumed(
    'Each automatic poll publishes what is dated since the one before, and nothing from before the `since` of its payload.',
  ),
  'subscription.device': assumed('A device that connects is polled at once if the interval has passed.'),
  'subscription.delete': assumed('Deleting a subscription again changes nothing; open polls go on.'),
  'subscription.session_ends': assumed('When the session ends no more polls are made.'),
  'subscription.filters': assumed(
    'The filters of subscriptions.',
    filtered('GET /subscriptions', 'session', 'source', 'state', 'date_created'),
  ),

  'data.names': assumed(
    'Names of data types except `ios_messages.messages`, `whatsapp.messages`, `messages.sms`, `icloud.account.info` and the info type `icloud.account`; the attributes of entries, as far as the official client does not read them.',
  ),
  'data.unknown': assumed('An unknown data type has no entries.'),
  'data.since': assumed('Without `since` data goes back 14 days, at most 400.'),

  'super.reads': assumed(
    'Super organisations read the records of all organisations. In other organisations they can create users, and change nothing else.',
  ),

  'config.valid': assumed(
    'A storage config is valid if it has credentials, whatever they are; that of a local folder needs none.',
  ),
  'config.local': assumed(
    'The URL `local://<path>` of a storage config (its scheme is observed) is refused outside of the folder `localStorage`, and its results have no signed URLs.',
  ),
  'config.changed': assumed(
    'A changed config is `new` until its next test, which may change the state of its organisation.',
  ),
  'config.first': assumed("The first valid config becomes the organisation's default."),
  'config.deleted': assumed(
    'The last state of a deleted config is `deactivated`; keys that use it fall back to the default, and the default to the newest other valid config or to none.',
  ),
  'config.bucket': assumed('A bucket has 3 to 222 lower-case letters, digits, `.`, `_` and `-`.'),
  'config.webhook_url': assumed('A webhook URL has no user name and no fragment, and at most 2,048 characters.'),
  'config.filters': assumed(
    'Filters by `state`.',
    filtered('GET /configs/storage', 'state'),
    filtered('GET /configs/webhook', 'state'),
  ),

  'permissions.base': assumed(
    'An organisation cannot change its base permissions (403).',
    call('POST /permissions/*', 'forbidden'),
  ),
  'permissions.kinds': assumed(
    'Its other permissions restrict the kinds of scope (`source_type`, `task_type`, `data_type`, `file_type`) that they name; all of them apply together.',
  ),

  'task.session_init': assumed('The type `session.init` of tasks that initialise sessions.'),
  'task.filters': assumed(
    'The filters of tasks.',
    filtered('GET /tasks', 'poll', 'source_type', 'target', 'state', 'type'),
  ),
  'task.processing': assumed('A new task that belongs to no poll is `processing` at once.'),

  'event.attempts': assumed(
    'Attempts are at 0, 1, 5, 30 and 120 minutes; a 2xx is a delivery; `retries` counts the attempts after the first.',
  ),
  'event.config': assumed(
    'Nothing is sent to a config that is not valid, nor to another one instead. An event without a webhook stays `pending`.',
  ),

  'event.signature_time': assumed(
    'A receiver rejects signatures of the future, beyond its tolerance, as it does old ones.',
  ),

  'rate_limit.windows': assumed(
    'Rate limits count the requests of each organisation in windows that begin with the first request, and answer with `Retry-After`.',
  ),
  'fault.message': assumed(
    'Scripted faults differ from real errors only in their message. A reset or empty answer comes before the call is handled, a truncated one after.',
  ),
} as const satisfies Facts

export type FactId = keyof typeof facts
