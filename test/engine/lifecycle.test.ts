import { describe, expect, it } from 'vitest'
import { move, outcomes } from '../../src/engine/lifecycle.ts'
import type { Definition } from '../../src/engine/resource.ts'
import { parseInstant } from '../../src/engine/time/instant.ts'
import { resources as definitions, type Records } from '../../src/ricloud/resources/index.ts'
import type { DomainEvent, World } from '../../src/ricloud/types.ts'
import { startTime } from '../support/api.ts'
import { arrange, emptyWorld, records } from '../support/world.ts'

type Resource = Exclude<keyof Records, 'permissions' | 'event'>
type AnyVerb = string
const move_ = move as unknown as (
  world: World,
  resource: Resource,
  record: Records[Resource],
  verb: AnyVerb,
  changes?: object,
  to?: string,
) => Records[Resource]

const resources = (Object.entries(definitions) as [Resource, Definition][]).flatMap(([name, { isSilent }]) =>
  isSilent ? [] : name,
)
const tableOf = (resource: Resource): Definition['lifecycle'] => definitions[resource].lifecycle
const statesOf = (resource: Resource) => Object.keys(tableOf(resource))
const verbsOf = (resource: Resource) => [
  ...new Set(Object.values(tableOf(resource)).flatMap((verbs) => Object.keys(verbs))),
]
const pastTenses: Record<string, string> = {
  configure: 'configured',
  unconfigure: 'unconfigured',
  deactivate: 'deactivated',
  block: 'blocked',
  reactivate: 'reactivated',
  expire: 'expired',
  validate: 'validated',
  lock: 'locked',
  unlock: 'unlocked',
  activate: 'activated',
  fail: 'failed',
  accept: 'accepted',
  reject: 'rejected',
  renew: 'renewed',
  grant: 'granted',
  delete: 'deleted',
  start: 'started',
  complete: 'completed',
  consume: 'consumed',
  succeed: 'succeeded',
  suspend: 'suspended',
  resume: 'resumed',
}

const cells = resources.flatMap((resource) =>
  statesOf(resource).flatMap((state) =>
    verbsOf(resource).map((verb) => {
      const outcome = tableOf(resource)[state]?.[verb] ?? []
      return { resource, state, verb: verb as AnyVerb, to: typeof outcome === 'string' ? [outcome] : outcome }
    }),
  ),
)
const legal = cells.flatMap(({ to, ...cell }) => to.map((next) => ({ ...cell, next, choice: to.length > 1 })))
const refused = cells.filter(({ to }) => to.length === 0)

function setup(resource: Resource, state: string) {
  const world = emptyWorld()
  // Only the moves of tasks of polls emit events.
  const changes = resource === 'task' ? { state, poll: records.poll.id } : { state }
  const record = arrange(world, resource, changes as never) as Records[Resource]
  const happened: Omit<DomainEvent, 'past'>[] = []
  world.events.on(({ past: _, ...event }) => happened.push(event))
  const now = () => world.tables[resource].get(record.id) as Records[Resource]
  return { world, record, happened, now }
}

describe('a state that allows a verb', () => {
  it.each(legal)('$resource: $state, $verb → $next', ({ resource, state, verb, next, choice }) => {
    const { world, record, now } = setup(resource, state)
    move_(world, resource, record, verb, {}, choice ? next : undefined)
    expect(now().state).toBe(next)
  })

  it.each(legal)('$resource: $state, $verb → $next emits its event', ({ resource, state, verb, next }) => {
    const { world, record, happened, now } = setup(resource, state)
    move_(world, resource, record, verb, {}, next)
    expect(happened).toEqual([
      { at: parseInstant(startTime), event: `${resource}.${pastTenses[verb]}`, resource, record: now() },
    ])
  })
})

describe('a state that does not allow a verb', () => {
  it.each(refused)('$resource: $state, $verb is refused by name', ({ resource, state, verb }) => {
    const { world, record } = setup(resource, state)
    const sentence = `${resource} ${record.id} is ${state}: "${resource}.${verb}" is not possible`
    expect(() => move_(world, resource, record, verb)).toThrow(sentence)
  })

  it.each(refused)('$resource: $state, $verb changes nothing', ({ resource, state, verb }) => {
    const { world, record, happened, now } = setup(resource, state)
    try {
      move_(world, resource, record, verb)
    } catch {
      // Refused, as another test shows.
    }
    expect([now(), happened]).toEqual([record, []])
  })
})

describe('the tables', () => {
  it('have the documented states', () => {
    expect(Object.fromEntries(resources.map((resource) => [resource, statesOf(resource).sort()]))).toEqual({
      organisation: ['active', 'blocked', 'deactivated', 'unconfigured'],
      key: ['active', 'blocked', 'deactivated', 'expired'],
      user: ['active', 'blocked', 'deactivated'],
      source: ['active', 'blocked', 'deactivated', 'locked', 'unvalidated'],
      session: ['active', 'expired', 'failed', 'pending'],
      subscription: ['active', 'deleted', 'pending'],
      poll: ['completed', 'pending', 'processing'],
      result: ['available', 'consumed', 'expired'],
      task: ['failed', 'pending', 'processing', 'succeeded', 'suspended'],
      storage_config: ['deactivated', 'invalid', 'new', 'valid'],
      webhook_config: ['deactivated', 'invalid', 'new', 'valid'],
    })
  })

  it('have the verbs of the one vocabulary', () => {
    const vocabulary = {
      organisation: ['configure', 'deactivate', 'block', 'reactivate'],
      key: ['expire', 'deactivate', 'block', 'reactivate'],
      user: ['deactivate', 'block', 'reactivate'],
      source: ['lock', 'unlock', 'deactivate', 'block', 'reactivate'],
      session: ['activate', 'fail', 'expire'],
      subscription: ['grant', 'delete'],
      poll: ['start', 'complete'],
      result: ['consume', 'expire'],
      task: ['start', 'succeed', 'fail', 'suspend', 'resume'],
      storage_config: ['accept', 'reject', 'renew', 'deactivate'],
      webhook_config: ['accept', 'reject', 'renew', 'deactivate'],
    }
    const missing = resources.flatMap((resource) =>
      vocabulary[resource].filter((verb) => !verbsOf(resource).includes(verb)).map((verb) => `${resource}.${verb}`),
    )
    expect(missing).toEqual([])
  })

  it('lead only to states that they have', () => {
    const lost = legal.filter(({ resource, next }) => !statesOf(resource).includes(next))
    expect(lost).toEqual([])
  })

  const config = [
    'new: accept → valid, reject → invalid, deactivate → deactivated',
    'valid: accept → valid, reject → invalid, renew → new, deactivate → deactivated',
    'invalid: accept → valid, reject → invalid, renew → new, deactivate → deactivated',
    'deactivated: accept → valid, reject → invalid, renew → new, deactivate → deactivated',
  ]

  it.each<[Resource, string[]]>([
    [
      'organisation',
      [
        'unconfigured: configure → active, deactivate → deactivated, block → blocked',
        'active: unconfigure → unconfigured, deactivate → deactivated, block → blocked',
        'deactivated: reactivate → active or unconfigured, block → blocked',
        'blocked: reactivate → active or unconfigured',
      ],
    ],
    [
      'key',
      [
        'active: deactivate → deactivated, block → blocked, expire → expired',
        'deactivated: reactivate → active, block → blocked, expire → expired',
        'blocked: reactivate → active, expire → expired',
        'expired: ',
      ],
    ],
    [
      'user',
      [
        'active: deactivate → deactivated, block → blocked',
        'deactivated: reactivate → active, block → blocked',
        'blocked: reactivate → active',
      ],
    ],
    [
      'source',
      [
        'unvalidated: validate → active, lock → locked, deactivate → deactivated, block → blocked',
        'active: lock → locked, deactivate → deactivated, block → blocked',
        'deactivated: reactivate → active or unvalidated, block → blocked',
        'blocked: reactivate → active or unvalidated',
        'locked: unlock → active or unvalidated, block → blocked',
      ],
    ],
    [
      'session',
      [
        'pending: activate → active, fail → failed, expire → expired',
        'active: expire → expired',
        'failed: ',
        'expired: ',
      ],
    ],
    ['storage_config', config],
    ['webhook_config', config],
  ])('say that these are the moves of %s', (resource, moves) => {
    const found = Object.entries(tableOf(resource)).map(([state, verbs]) => {
      const leading = Object.entries(verbs).map(([verb, to]) => `${verb} → ${[to].flat().join(' or ')}`)
      return `${state}: ${leading.join(', ')}`
    })
    expect(found).toEqual(moves)
  })

  it('say which states a verb leads to from one', () => {
    expect(outcomes(definitions.source, 'locked', 'unlock')).toEqual(['active', 'unvalidated'])
  })
})

/** Moves a storage config from a state; returns the events of the config and its organisation. */
function eventsOfMove(config: Records['storage_config']['state'], verb: 'accept' | 'reject' | 'renew' | 'deactivate') {
  const world = emptyWorld()
  arrange(world, 'organisation', { state: 'unconfigured' })
  const record = arrange(world, 'storage_config', { state: config })
  const happened: string[] = []
  world.events.on(({ event, record }) => happened.push(`${event}: ${(record as { state: string }).state}`))
  move(world, 'storage_config', record, verb)
  return happened
}

describe("a storage config's move", () => {
  it.each([
    ['new', 'accept', ['storage_config.accepted: valid', 'organisation.configured: active']],
    ['valid', 'accept', ['storage_config.accepted: valid']],
    ['valid', 'reject', ['storage_config.rejected: invalid', 'organisation.unconfigured: unconfigured']],
    ['valid', 'renew', ['storage_config.renewed: new', 'organisation.unconfigured: unconfigured']],
    ['valid', 'deactivate', ['storage_config.deactivated: deactivated', 'organisation.unconfigured: unconfigured']],
    ['new', 'reject', ['storage_config.rejected: invalid']],
  ] as const)('from %s by %s emits its event before that of its organisation', (state, verb, happened) => {
    expect(eventsOfMove(state, verb)).toEqual(happened)
  })
})

describe('a move', () => {
  it('makes the other changes of that moment too', () => {
    const { world, record, now } = setup('session', 'active')
    move(world, 'session', record as Records['session'], 'expire', { error: 'admin', date_expired: startTime })
    expect(now()).toEqual({ ...record, state: 'expired', error: 'admin', date_expired: startTime })
  })

  it('gives back the record as it is now', () => {
    const { world, record, now } = setup('session', 'active')
    expect(move(world, 'session', record as Records['session'], 'expire')).toEqual(now())
  })

  it('refuses a state that the verb does not lead to', () => {
    const { world, record } = setup('source', 'deactivated')
    const sentence = 'source 1 is deactivated: "source.reactivate" to locked is not possible in that state'
    expect(() => move(world, 'source', record as Records['source'], 'reactivate', {}, 'locked')).toThrow(sentence)
  })

  it('is listed under the new state at once', () => {
    const { world, record } = setup('user', 'active')
    move(world, 'user', record as Records['user'], 'block')
    const { data } = world.tables.user.list({ where: { state: ['blocked'] } })
    expect(data.map(({ id }) => id)).toEqual([records.user.id])
  })
})
