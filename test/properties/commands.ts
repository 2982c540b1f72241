import fc from 'fast-check'
import type { ActionName } from '../../src/index.ts'
import { type Command, calls, type Noun, ref, rotations } from './calls.ts'

const act = (
  names: readonly ActionName[],
  noun: Noun,
  details: fc.Arbitrary<object> = fc.constant({}),
): fc.Arbitrary<Command> =>
  fc.record({
    act: fc.constantFrom(...names),
    where: fc.record({ id: ref(noun) }, { noNullPrototype: true }),
    with: details,
  })

export const keyCommands: readonly fc.Arbitrary<Command>[] = [
  act(['key.deactivate', 'key.block', 'key.reactivate', 'key.reactivate', 'key.expire'], 'key'),
  act(['key.rotate'], 'key', fc.record({ force: fc.boolean() }, { noNullPrototype: true })),
  act(
    ['organisation.deactivate', 'organisation.block', 'organisation.reactivate', 'organisation.reactivate'],
    'organisation',
  ),
  rotations,
  fc.constant<Command>({ call: 'POST /keys' }),
]

const acts: fc.Arbitrary<Command> = fc.oneof(
  ...keyCommands.slice(0, 3),
  act(['organisation.configure'], 'organisation'),
  act(['user.deactivate', 'user.block', 'user.reactivate'], 'user'),
  act(['source.deactivate', 'source.block', 'source.reactivate', 'source.unlock', 'account.change_password'], 'source'),
  act(['source.lock'], 'source', fc.constantFrom({}, { for: '2h' })),
  act(['session.activate', 'session.fail', 'session.expire'], 'session'),
  ...(['session.activate', 'session.fail'] as const).map((name) =>
    fc.constant<Command>({ act: name, where: { state: 'pending' } }),
  ),
  fc.constant<Command>({ act: 'session.expire', where: { state: 'active' } }),
  act(['poll.start', 'poll.complete'], 'poll'),
  act(['task.succeed', 'task.fail', 'task.suspend', 'task.resume'], 'task'),
  act(['result.consume', 'result.expire'], 'result'),
  act(['subscription.grant', 'subscription.delete'], 'subscription'),
  act(['device.connect', 'device.disconnect'], 'source'),
  act(['config.accept', 'config.reject'], 'storage_config'),
  act(['config.accept', 'config.reject'], 'webhook_config'),
  fc.constant<Command>({
    act: 'fault.arm',
    with: { on: '* /*', probability: 0.3, between: ['0s', '3h'], answer: { status: 502 } },
  }),
  fc.constant<Command>({ act: 'fault.disarm' }),
)

export const moves: fc.Arbitrary<Command> = fc.oneof(
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
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: calls },
  { weight: 6, arbitrary: acts },
  { weight: 4, arbitrary: moves },
)

/** What the developer does to the whole. */
export const upheaval: fc.Arbitrary<Command> = fc.record({
  mock: fc.constantFrom('reset', 'save', 'restore', 'repack', 'load', 'load and keep'),
})

/** A list of commands; the shorter the sooner it fails. */
export const commandsOf = (command: fc.Arbitrary<Command>, most = 25) =>
  fc.array(command, { maxLength: most, size: 'max' })
