import { test } from 'vitest'
import type { useWitness } from '../evidence/coverage.ts'
import type { Behaviour, World } from './behaviour.ts'
import type { DoorName } from './names.ts'
import { suite } from './suite/index.ts'
import { type PlacedDoor, watched } from './watched.ts'

/** Runs every behaviour through a door, each from the initial state; what one sees counts once it passes. */
export function runThrough(
  note: ReturnType<typeof useWitness>,
  name: DoorName,
  open: (world: World) => Promise<PlacedDoor> | PlacedDoor,
  behaviours: readonly Behaviour[] = suite,
): void {
  for (const { title, world = {}, run } of behaviours) {
    test(title, async () => {
      const seen = new Set<string>()
      const door = await open(world)
      try {
        await run(watched(door, seen))
      } finally {
        await door.close()
      }
      note(name, seen)
    })
  }
}
