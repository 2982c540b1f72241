import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { anyCommand, commandsOf } from './commands.ts'
import { busy } from './concurrency.ts'
import { holds, seeds } from './invariants.ts'
import { attempt, run, setup, whole } from './perform.ts'

const upheavals = fc.array(fc.record({ mock: fc.constantFrom('reset', 'save', 'restore', 'load', 'load and keep') }), {
  maxLength: 3,
})

describe('The file of a world', () => {
  let child: ReturnType<typeof fork>
  beforeAll(() => {
    child = fork(fileURLToPath(new URL('replaying.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  })
  afterAll(() => child.kill())

  holds(
    'is replayed in another process to the same answers and the same state',
    12,
    [seeds, commandsOf(anyCommand), upheavals, commandsOf(anyCommand)],
    async (seed, before, changes, after) => {
      const { mock } = setup(busy, seed)
      await run(mock, before)
      for (const change of changes) await run(mock, [change as never])
      await run(mock, after)
      const text = await attempt(() => mock.replayFile())
      if (/^Failed to record the world: its snapshot "command" was saved before it was reset/.test(String(text))) return
      child.send(text as string)
      const [replayed] = await once(child, 'message')
      expect(replayed).toEqual({ difference: undefined, whole: whole(mock) })
    },
  )
})
