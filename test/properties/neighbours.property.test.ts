import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { Mock } from '../../src/index.ts'
import type { Command } from './calls.ts'
import { anyCommand, upheaval } from './commands.ts'
import { calm } from './concurrency.ts'
import { holds } from './invariants.ts'
import { call, perform, setup } from './perform.ts'

/** Something that is done in one of the worlds there are, or that makes or ends one beside the first. */
type Step =
  | { readonly in: number; readonly command: Command }
  | { readonly world: 'create' | 'fork' | 'delete'; readonly which: number }

const command = fc.oneof({ weight: 9, arbitrary: anyCommand }, { weight: 1, arbitrary: upheaval })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ in: fc.nat(3), command }) },
  { weight: 1, arbitrary: fc.record({ world: fc.constantFrom('create', 'fork', 'delete'), which: fc.nat(3) }) },
)
const steps = fc.array(step, { maxLength: 30, size: 'max' })

const pick = <T>(items: readonly T[], n: number) => items[n % (items.length || 1)]

/** Takes a step, and gives back the world that it happened in; none where worlds came or went. */
async function take(mock: Mock, one: Step): Promise<Mock | undefined> {
  const { worlds } = mock
  if ('command' in one) {
    const where = pick([mock, ...worlds.all()], one.in) as Mock
    await perform(where, one.command)
    return where
  }
  if (one.world === 'create') await worlds.create({ seed: one.which })
  const gone = pick(worlds.all(), one.which)
  if (one.world === 'delete' && gone) worlds.delete(String(gone.id))
  if (one.world === 'fork') {
    mock.snapshots.save('fork')
    await worlds.create({ snapshot: 'fork' })
  }
  return undefined
}

describe('Worlds beside each other', () => {
  holds('do not see what happens in another one', 4, [steps], async (all) => {
    const { mock } = setup(calm)
    let before = new Map<Mock, string | undefined>()
    for (const one of all) {
      const where = await take(mock, one)
      const after = new Map([mock, ...mock.worlds.all()].map((world) => [world, world.pack()]))
      for (const [world, bytes] of before) {
        if (world !== where && after.has(world)) expect(after.get(world)).toBe(bytes)
      }
      before = after
    }
  })

  holds('are reached by their own tokens alone, for as long as they are there', 4, [steps], async (all) => {
    const { mock } = setup(calm)
    const tokens = new Map<string, Mock>()
    for (const one of all) {
      await take(mock, one)
      for (const world of mock.worlds.all()) {
        for (const { token } of world.db.key.getAll()) tokens.set(`${world.id}-${token}`, world)
      }
      const live = new Set(mock.worlds.all())
      for (const world of [mock, ...live]) world.faults.disarm()
      for (const [token, world] of tokens) {
        const seen = live.has(world) ? world.requests.list().length : undefined
        const { status, text } = await call(mock, 'GET /key', token)
        if (seen === undefined) expect([status, text]).toEqual([401, expect.stringContaining('was deleted')])
        else expect(world.requests.list()).toHaveLength(seen + 1)
      }
    }
  })
})
