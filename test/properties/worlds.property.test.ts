import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { Mock } from '../../src/index.ts'
import { anyCommand, commandsOf, upheaval } from './commands.ts'
import { busy } from './concurrency.ts'
import { holds, seeds } from './invariants.ts'
import { perform, run, setup } from './perform.ts'

const begin = (seed: number) => setup(busy, seed).mock
const commands = commandsOf(anyCommand, 14)
const upset = fc.array(upheaval, { maxLength: 2 })

/** The results of a world, without the prefix of its tokens. */
const withoutPrefix = (results: string, { id }: Mock) => results.replaceAll(`${id}-`, '')

describe('A world', () => {
  holds(
    'does the same after each restore',
    6,
    [seeds, commands, commands, upset, commands],
    async (seed, before, after, upheavals, between) => {
      const mock = begin(seed)
      await run(mock, before)
      mock.snapshots.save('a')
      const once = await run(mock, after)
      await run(mock, [...upheavals, ...between])
      for (let i = 0; i < 2; i++) {
        mock.snapshots.restore('a')
        expect(await run(mock, after)).toBe(once)
      }
    },
  )

  holds(
    'does the same where it is unpacked, and has the same initial state',
    6,
    [seeds, commands, upset, commands, commands],
    async (seed, before, upheavals, between, after) => {
      const [mock, twin] = [begin(seed), begin(seed)]
      await run(mock, [...before, ...upheavals, ...between])
      twin.unpack(mock.pack() as string)
      expect(twin.pack()).toBe(mock.pack())
      expect(await run(twin, after)).toBe(await run(mock, after))
      for (const one of [mock, twin]) one.reset()
      expect(await run(twin, after)).toBe(await run(mock, after))
    },
  )

  holds('does the same after each reset', 6, [seeds, commands, commands], async (seed, before, after) => {
    const mock = begin(seed)
    const once = await run(mock, after)
    for (let i = 0; i < 2; i++) {
      await run(mock, before)
      mock.reset()
      expect(await run(mock, after)).toBe(once)
    }
  })

  holds(
    'does the same as a fork of it',
    6,
    [seeds, commands, upset, commands],
    async (seed, before, upheavals, after) => {
      const mock = begin(seed)
      await run(mock, [...before, ...upheavals])
      mock.snapshots.save('a')
      const once = await run(mock, after)
      const fork = await mock.worlds.create({ snapshot: 'a' })
      expect(withoutPrefix(await run(fork, after), fork)).toBe(once)
    },
  )

  holds(
    'does the same as another one with its seed, whatever they went through',
    6,
    [seeds, commands, upset, commands],
    async (seed, before, upheavals, after) => {
      const [mock, twin] = [begin(seed), begin(seed)]
      for (const command of [...before, ...upheavals, ...after]) {
        expect(await perform(twin, command)).toEqual(await perform(mock, command))
      }
    },
  )

  holds(
    'does the same as a mock of its own with equal options, but for the beginning of its tokens',
    6,
    [seeds, commands],
    async (seed, all) => {
      const world = await begin(0).worlds.create({ seed })
      expect(withoutPrefix(await run(world, all), world)).toBe(await run(begin(seed), all))
    },
  )

  holds('is left alone by a snapshot of it', 6, [seeds, commands, commands], async (seed, before, after) => {
    const [mock, alone] = [begin(seed), begin(seed)]
    for (const one of [mock, alone]) await run(one, before)
    mock.snapshots.save('a')
    mock.snapshots.diff('a')
    mock.pack()
    expect(await run(mock, after)).toBe(await run(alone, after))
  })
})
