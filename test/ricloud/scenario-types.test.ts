import { describe, expect, it } from 'vitest'
import { EventNames } from '../../src/engine/event-names.ts'
import { createMock, defineScenario, type EventName, type ScenarioInput } from '../../src/index.ts'
import { resources } from '../../src/ricloud/resources/index.ts'

/** Resources with a lifecycle, with events besides it, and with events that name another subject. */
type Compared = 'account' | 'key' | 'session' | 'webhook_config'

/** Their events by the type: the compiler refuses a missing one, and one that does not exist. */
const typed: Readonly<Record<Extract<EventName, `${Compared}.${string}`>, true>> = {
  'account.password_changed': true,
  'key.active': true,
  'key.blocked': true,
  'key.created': true,
  'key.deactivated': true,
  'key.expired': true,
  'key.reactivated': true,
  'key.rotated': true,
  'key.token_revoked': true,
  'session.activated': true,
  'session.active': true,
  'session.created': true,
  'session.expired': true,
  'session.failed': true,
  'webhook_config.accepted': true,
  'webhook_config.created': true,
  'webhook_config.deactivated': true,
  'webhook_config.invalid': true,
  'webhook_config.new': true,
  'webhook_config.rejected': true,
  'webhook_config.renewed': true,
  'webhook_config.valid': true,
}

const scenario = 'typed'

/** What the compiler refuses, it is refused for when it is loaded too. */
const refused: readonly [string, ScenarioInput][] = [
  // @ts-expect-error: no such event
  ['an event', defineScenario({ scenario, steps: [{ on: 'session.activ', do: 'session.expire' }] })],
  // @ts-expect-error: no such method
  ['a method', defineScenario({ scenario, steps: [{ on: 'FETCH /users', do: 'key.rotate' }] })],
  // @ts-expect-error: an event of a resource without events
  ['a silent event', defineScenario({ scenario, steps: [{ on: 'task.completed', do: 'organisation.block' }] })],
  // @ts-expect-error: no such attribute
  ['an attribute', defineScenario({ scenario, steps: [{ at: '1h', do: 'user.block', where: { identifer: 'a' } }] })],
  // @ts-expect-error: no such state
  ['a state', defineScenario({ scenario, steps: [{ at: '1h', do: 'session.expire', where: { state: 'activ' } }] })],
  [
    'an attribute of another resource',
    defineScenario({
      scenario,
      // @ts-expect-error: the condition is about the session
      steps: [{ on: 'session.active', where: { slug: 'a' }, do: 'organisation.block' }],
    }),
  ],
  [
    'a nested attribute',
    // @ts-expect-error: no such attribute
    defineScenario({ scenario, steps: [{ at: '1h', do: 'session.expire', where: { 'source.name': 'a' } }] }),
  ],
  // @ts-expect-error: faults belong to all records
  ['a condition of a fault', defineScenario({ scenario, steps: [{ at: '1h', do: 'fault.disarm', where: { id: 1 } }] })],
  // @ts-expect-error: it has either at or on
  ['two occasions', defineScenario({ scenario, steps: [{ at: '1h', on: 'user.blocked', do: 'user.reactivate' }] })],
]

describe('The types of a mock', () => {
  const mock = createMock({ clock: { frozen: true } })
  const answer = { status: 503 } as const

  it.each<[string, () => unknown]>([
    // @ts-expect-error: no such resource
    ['a resource', () => mock.record('sesion', 1)],
    // @ts-expect-error: no such method
    ['the method of a fault', () => mock.faults.arm({ on: 'FETCH /users', answer })],
    // @ts-expect-error: a path begins with a slash
    ['the path of a fault', () => mock.faults.arm({ on: 'GET users', answer })],
    // @ts-expect-error: no such unit
    ['a duration of a fault', () => mock.faults.arm({ on: 'GET /users', delay: '2 secs' })],
  ])('refuse what is refused when it runs: %s', (_, call) => {
    expect(call).toThrow()
  })

  it('refuse a duration whose unit is unknown or missing', async () => {
    // @ts-expect-error: no such unit
    await expect(mock.clock.advance('24 hous')).rejects.toThrow('is not a duration')
    // @ts-expect-error: it needs a unit
    await expect(mock.clock.advance('24')).rejects.toThrow('is not a duration')
  })

  it('take patterns and durations that are made of variables', async () => {
    const [name, hours]: [string, number] = ['users', 5]
    expect(mock.faults.arm({ on: `GET /${name}`, answer })).toMatchObject({ on: 'GET /users' })
    await mock.clock.advance(`${hours}h`)
  })
})

describe('The types of defineScenario', () => {
  it('name exactly the events that a scenario is checked against', () => {
    const subjects = new Set(Object.keys(typed).map((event) => event.split('.')[0]))
    const checked = EventNames.of(resources).all.filter((event) => subjects.has(event.split('.')[0]))
    expect(Object.keys(typed).sort()).toEqual(checked)
  })

  it.each(refused)('refuse what loading refuses: %s', (_, input) => {
    expect(() => createMock({ scenario: input })).toThrow(/steps\[0\]/)
  })

  it('take conditions of nested records, of groups, and IDs as digits', () => {
    const input = defineScenario({
      scenario,
      steps: [
        { on: 'session.active', where: { 'source.identifier': 'a@example.com', user: '1' }, do: 'session.expire' },
        { at: '1h', do: 'config.reject', where: { resource: 'webhook_config', state: 'valid' } },
        { on: 'GET /users/*', where: { id: '2' }, do: 'user.block' },
        { on: 'account.password_changed', where: { type: 'icloud.account' }, do: 'source.lock', with: { for: '1h' } },
        { at: '2h', do: 'account.change_password', where: { id: 3 } },
      ],
    })
    expect(() => createMock({ scenario: input })).not.toThrow()
  })
})
