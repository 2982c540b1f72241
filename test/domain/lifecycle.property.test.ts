import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Records } from '../../src/db/records.ts'
import { acceptConfig, rejectConfig } from '../../src/domain/config.ts'
import { type Lifecycle, lifecycles, move, outcomes, type Resource, type Verb } from '../../src/domain/lifecycle.ts'
import type { World } from '../../src/domain/world.ts'
import { fullWorld } from '../support/domain.ts'

const resources = Object.keys(lifecycles) as Resource[]
const tableOf = (resource: Resource): Lifecycle<string> => lifecycles[resource]
const recordsOf = (world: World, resource: Resource): readonly Records[Resource][] => [...world.tables[resource].all()]

/** The state in which a record may come into the world by a call. */
const newborn: Readonly<Record<Resource, string>> = {
  organisation: 'unconfigured',
  key: 'active',
  user: 'active',
  source: 'unvalidated',
  session: 'pending',
  storage_config: 'new',
  webhook_config: 'new',
}

/** The verbs that a record's state may take, by the word that an event says. */
const verbsByEvent = new Map(
  Object.entries({
    configured: 'configure',
    unconfigured: 'unconfigure',
    deactivated: 'deactivate',
    blocked: 'block',
    reactivated: 'reactivate',
    expired: 'expire',
    validated: 'validate',
    locked: 'lock',
    unlocked: 'unlock',
    activated: 'activate',
    failed: 'fail',
    accepted: 'accept',
    rejected: 'reject',
    renewed: 'renew',
  }),
)

/** Something that happens to a world; the numbers choose among the records that there are. */
type Command =
  | { kind: 'call'; name: keyof typeof calls; which: number; choice: number }
  | { kind: 'move'; resource: Resource; which: number; verb: number; choice: number }
  | { kind: 'wait'; seconds: number }
  | { kind: 'storage'; state: 'valid' | 'invalid' }

const pick = <Item>(items: readonly Item[], number: number) => items[number % (items.length || 1)]
const userStates = ['active', 'deactivated'] as const

const calls = {
  createUser: (_: World, which: number) => ['POST', '/users', { identifier: `${which % 5}@example.com` }],
  updateUser: (world: World, which: number, choice: number) => {
    const id = pick(recordsOf(world, 'user'), which)?.id
    return ['POST', `/users/${id}`, { state: pick(userStates, choice) }]
  },
  createSource: (world: World, which: number, choice: number) => {
    const user = pick(recordsOf(world, 'user'), which)?.id
    return ['POST', '/sources', { user, type: 'icloud.account', identifier: `${choice % 3}@example.com` }]
  },
  updateSource: (world: World, which: number, choice: number) => {
    const id = pick(recordsOf(world, 'source'), which)?.id
    return ['POST', `/sources/${id}`, { state: pick(userStates, choice) }]
  },
  startSession: (world: World, which: number, choice: number) => {
    const user = pick(recordsOf(world, 'user'), which)?.id
    const source = { user, type: 'icloud.account', identifier: `${choice % 3}@example.com` }
    return ['POST', '/sessions', { source, payload: { password: 'joshua' } }]
  },
  resumeSession: (world: World, which: number) => {
    const { user, type, identifier } = pick(recordsOf(world, 'source'), which) as Records['source']
    return ['POST', '/sessions', { source: { user, type, identifier }, payload: { password: 'joshua', code: 'A1' } }]
  },
  endSession: (world: World, which: number) => ['DELETE', `/sessions/${pick(recordsOf(world, 'session'), which)?.id}`],
  createConfig: (_: World, which: number, choice: number) => {
    const credentials = choice % 2 === 0 ? { access_key_id: 'AKIA' } : null
    return ['POST', '/configs/storage', { url: `s3://bucket-${which % 3}`, credentials }]
  },
  updateConfig: (world: World, which: number, choice: number) => {
    const id = pick(recordsOf(world, 'storage_config'), which)?.id
    return ['POST', `/configs/storage/${id}`, pick([{}, { signed_urls_enabled: true }, { credentials: null }], choice)]
  },
  testConfig: (world: World, which: number) => {
    return ['POST', `/configs/storage/${pick(recordsOf(world, 'storage_config'), which)?.id}/test`]
  },
  deleteConfig: (world: World, which: number) => {
    return ['DELETE', `/configs/storage/${pick(recordsOf(world, 'storage_config'), which)?.id}`]
  },
  createKey: () => ['POST', '/keys', {}],
  rotateKey: (world: World, which: number, choice: number) => {
    const others = recordsOf(world, 'key').slice(1)
    return ['POST', `/keys/${pick(others, which)?.id}/rotate`, { force: choice % 2 === 0 }]
  },
  renameOrganisation: () => ['POST', '/organisation', { name: 'Another name' }],
} satisfies Record<string, (world: World, which: number, choice: number) => [string, string, object?] | unknown[]>

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[])),
      which: fc.nat(99),
      choice: fc.nat(99),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      resource: fc.constantFrom(...resources),
      which: fc.nat(99),
      verb: fc.nat(99),
      choice: fc.nat(99),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 40_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('storage' as const),
      state: fc.constantFrom('valid' as const, 'invalid' as const),
    }),
  },
)

/** Follows a world's records by what it tells, and notes what no table explains. */
function watch(world: World) {
  const states = new Map<string, string>()
  const faults: string[] = []
  const nameOf = (resource: Resource, id: string | number) => `${resource} ${id}`
  for (const resource of resources) {
    for (const { id, state } of recordsOf(world, resource)) states.set(nameOf(resource, id), state)
  }
  world.happenings.on(({ event, resource, record }) => {
    const name = nameOf(resource, record.id)
    const [before, word = ''] = [states.get(name), event.split('.')[1]]
    states.set(name, record.state)
    if (word === 'created') {
      if (before !== undefined || record.state !== newborn[resource]) faults.push(`${name} came as ${record.state}`)
      return
    }
    const verb = verbsByEvent.get(word)
    if (verb === undefined && before === record.state) return
    const allowed = outcomes(resource, before as never, verb as Verb<Resource>)
    if (!allowed.includes(record.state)) faults.push(`${name}: ${before}, ${word} → ${record.state}`)
  })
  /** Every record is in a state that its table has, and came there by what was told. */
  const check = () => {
    for (const resource of resources) {
      for (const { id, state } of recordsOf(world, resource)) {
        const known = states.get(nameOf(resource, id))
        if (!(state in tableOf(resource))) faults.push(`${resource} ${id} is ${state}, which no table has`)
        if (known !== state) faults.push(`${resource} ${id} is ${state}, and the last that was told is ${known}`)
      }
    }
    return faults
  }
  return { check }
}

async function perform(
  world: World,
  call: (method: string, path: string, body?: unknown) => Promise<number>,
  it: Command,
) {
  if (it.kind === 'call') {
    const [method, path, body] = calls[it.name](world, it.which, it.choice)
    return call(method as string, path as string, body)
  }
  if (it.kind === 'wait') return world.moveTo(world.clock.now() + it.seconds * 1e6)
  if (it.kind === 'storage') {
    const [config] = [...world.tables.storage_config.all()]
    if (!config) return
    if (it.state === 'valid') return acceptConfig(world, config)
    return rejectConfig(world, config)
  }
  const record = pick(recordsOf(world, it.resource), it.which)
  const verb = record && pick(Object.keys(tableOf(it.resource)[record.state] ?? {}), it.verb)
  // The caller's own key and organisation stay open, so that calls go on to be answered.
  if (!verb || (it.resource === 'key' && record.id === 1) || it.resource === 'organisation') return
  // Its deletion alone deactivates a config, which is gone then.
  if (it.resource.endsWith('_config') && verb === 'deactivate') return
  const to: string | undefined = pick(outcomes(it.resource, record.state as never, verb as never), it.choice)
  const changes = verb === 'validate' ? { validated: true } : {}
  move(world, it.resource, record, verb as Verb<Resource>, changes as never, to as never)
}

describe('any sequence of calls, verbs and moves of the clock', () => {
  const sequence = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' })
  const setup = () => fullWorld({ session_init: 2e6, session_lifetime: 86_400e6 })

  it('makes only transitions that a table has', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (commands) => {
        const { world, call } = setup()
        const { check } = watch(world)
        for (const one of commands) {
          await perform(world, call, one)
          expect(check()).toEqual([])
        }
      }),
      { numRuns: 50 },
    )
  })

  it('is answered without a failure of the mock', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (commands) => {
        const { world, call } = setup()
        const statuses: unknown[] = []
        for (const one of commands) statuses.push(await perform(world, call, one))
        expect(statuses.filter((status) => status === 500)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('leaves a failed or an expired session as it is', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (commands) => {
        const { world, call } = setup()
        const ended = new Map<string, Records['session']>()
        for (const one of commands) {
          await perform(world, call, one)
          for (const session of world.tables.session.all()) {
            if (session.state !== 'failed' && session.state !== 'expired') continue
            expect(session).toEqual(ended.get(session.id) ?? session)
            ended.set(session.id, session)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it('makes an unvalidated source active only by a session that became active', async () => {
    const quiet = sequence.map((commands) => commands.filter(({ kind }) => kind === 'call' || kind === 'wait'))
    await fc.assert(
      fc.asyncProperty(quiet, async (commands) => {
        const { world, call } = setup()
        const before = new Set(recordsOf(world, 'source').map(({ id }) => id))
        const succeeded = new Set<number>()
        world.happenings.on(({ event, record }) => {
          if (event === 'session.activated') succeeded.add((record as Records['session']).source)
        })
        for (const one of commands) await perform(world, call, one)
        const active = recordsOf(world, 'source').filter(({ id, state }) => state === 'active' && !before.has(id))
        expect(active.filter(({ id }) => !succeeded.has(Number(id)))).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})
