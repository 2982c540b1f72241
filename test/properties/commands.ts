import fc from 'fast-check'
import type { ActionName, Duration } from '../../src/index.ts'
import { calls, type Noun, ref, rotations } from './calls.ts'

/**
 * Something that is done to a mock, as plain data, so that a failing list of them is short and can be read. `<user 3>`
 * stands for the ID of a user: the fourth there is, counted round.
 */
export type Deed =
  | {
      /** Method and path. */
      readonly call: string
      readonly query?: Readonly<Record<string, string>>
      /** A text is sent as it is. */
      readonly body?: unknown
      /** Whose token: one of those that there are, counted round; the first key's without it. */
      readonly by?: number
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly act: ActionName; readonly where?: Readonly<Record<string, string>>; readonly with?: object }
  | { readonly advance: Duration | 'next' }
  | { readonly set: string }
  | { readonly mock: Upheaval }

/** What becomes of a whole world. */
export type Upheaval = 'reset' | 'save' | 'restore' | 'repack' | 'load' | 'load and keep'

const act = (
  names: readonly ActionName[],
  noun: Noun,
  details: fc.Arbitrary<object> = fc.constant({}),
): fc.Arbitrary<Deed> =>
  fc.record({
    act: fc.constantFrom(...names),
    where: fc.record({ id: ref(noun) }, { noNullPrototype: true }),
    with: details,
  })

export const keyDeeds: readonly fc.Arbitrary<Deed>[] = [
  act(['key.deactivate', 'key.block', 'key.reactivate', 'key.reactivate', 'key.expire'], 'key'),
  act(['key.rotate'], 'key', fc.record({ force: fc.boolean() }, { noNullPrototype: true })),
  act(
    ['organisation.deactivate', 'organisation.block', 'organisation.reactivate', 'organisation.reactivate'],
    'organisation',
  ),
  rotations,
  fc.constant<Deed>({ call: 'POST /keys' }),
]

const acts: fc.Arbitrary<Deed> = fc.oneof(
  ...keyDeeds.slice(0, 3),
  act(['organisation.configure'], 'organisation'),
  act(['user.deactivate', 'user.block', 'user.reactivate'], 'user'),
  act(['source.deactivate', 'source.block', 'source.reactivate', 'source.unlock', 'account.change_password'], 'source'),
  act(['source.lock'], 'source', fc.constantFrom({}, { for: '2h' })),
  act(['session.activate', 'session.fail', 'session.expire'], 'session'),
  ...(['session.activate', 'session.fail'] as const).map((name) =>
    fc.constant<Deed>({ act: name, where: { state: 'pending' } }),
  ),
  fc.constant<Deed>({ act: 'session.expire', where: { state: 'active' } }),
  act(['config.accept', 'config.reject'], 'storage_config'),
  act(['config.accept', 'config.reject'], 'webhook_config'),
  fc.constant<Deed>({
    act: 'fault.arm',
    with: { on: '* /*', probability: 0.3, between: ['0s', '3h'], answer: { status: 502 } },
  }),
  fc.constant<Deed>({ act: 'fault.disarm' }),
)

export const moves: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ advance: fc.constantFrom('0s', '1s', '5s', '31m', '2h', '359m', '7h', '1d', 'next') }),
  },
  // Some of these lie in the past, which is refused.
  {
    weight: 1,
    arbitrary: fc.record({
      set: fc.constantFrom('2020-02-20T12:00:02Z', '2020-02-20T21:59:59.999999Z', '2020-02-22T00:00:00Z'),
    }),
  },
)

/** What clients, administrators, services and time do. */
export const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 12, arbitrary: calls },
  { weight: 6, arbitrary: acts },
  { weight: 4, arbitrary: moves },
)

/** What the developer does to the whole. */
export const upheaval: fc.Arbitrary<Deed> = fc.record({
  mock: fc.constantFrom('reset', 'save', 'restore', 'repack', 'load', 'load and keep'),
})

/** A list of deeds; the shorter the sooner it fails. */
export const deedsOf = (deed: fc.Arbitrary<Deed>, most = 25) => fc.array(deed, { maxLength: most, size: 'max' })
